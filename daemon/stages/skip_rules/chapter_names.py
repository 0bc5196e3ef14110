"""What chapters are called that are not the film itself, in the languages in which films are sold.

Whole names only, in lower case, without numbers and punctuation: "credits", never "credit where it is due". Sources: the names that
disc authors, broadcasters' downloads and fansub groups give, and the players that skip by them (Kodi, Jellyfin's Intro Skipper).
"""

from typing import Literal

Kind = Literal["intro", "recap", "credits", "advert", "preview"]

NAMES: dict[Kind, tuple[str, ...]] = {
    "intro": (
        "intro", "introduction", "opening", "opening credits", "opening titles", "opening theme", "opening sequence", "main titles",
        "main title", "title sequence", "titles", "theme song", "op", "logo", "logos", "studio logos", "opening logos",
        "vorspann", "titelvorspann", "anfangstitel", "titelsequenz",  # de
        "générique", "générique de début", "générique d'ouverture", "generique", "generique de debut",  # fr
        "introducción", "cabecera", "créditos iniciales", "títulos iniciales", "entradilla",  # es
        "sigla", "sigla iniziale", "sigla di apertura", "titoli di testa",  # it
        "abertura", "introdução", "créditos iniciais", "genérico inicial", "vinheta",  # pt
        "begintitels", "openingstitels", "leader", "begingeneriek",  # nl
        "czołówka", "napisy początkowe",  # pl
        "förtexter", "vinjett", "inledning",  # sv
        "fortekster", "åbning", "åpning", "åpningstekster", "vignet", "vignett",  # da, no
        "alkutekstit", "alkutunnus", "tunnari",  # fi
        "úvodní titulky", "znělka", "úvod",  # cs
        "főcím", "nyitó főcím", "bevezető",  # hu
        "заставка", "вступительные титры", "начальные титры", "опенинг", "вступление",  # ru
        "オープニング", "オープニングテーマ", "主題歌", "タイトル",  # ja
        "片头", "片頭", "片头曲", "片頭曲", "序幕",  # zh
        "오프닝", "인트로",  # ko
        "açılış jeneriği", "jenerik",  # tr
    ),
    "recap": (
        "recap", "previously", "previously on", "the story so far", "last time", "last time on", "last week",
        "rückblick", "was bisher geschah", "zusammenfassung", "bisher",  # de
        "précédemment", "résumé", "dans l'épisode précédent", "resume",  # fr
        "resumen", "anteriormente", "en el capítulo anterior", "previamente",  # es
        "riassunto", "nelle puntate precedenti", "negli episodi precedenti",  # it
        "resumo", "anteriormente em", "no episódio anterior",  # pt
        "terugblik", "samenvatting", "wat voorafging", "eerder",  # nl
        "streszczenie", "w poprzednich odcinkach", "poprzednio",  # pl
        "återblick", "tidigare", "sammanfattning",  # sv
        "tidligere", "resumé", "sidst i", "sammendrag", "tidligere i serien",  # da, no
        "aiemmin", "kertaus", "tähän mennessä",  # fi
        "shrnutí", "v minulých dílech", "viděli jste",  # cs
        "összefoglaló", "az előző részek tartalmából", "korábban",  # hu
        "ранее", "в предыдущих сериях", "краткое содержание", "в предыдущей серии",  # ru
        "前回のあらすじ", "あらすじ", "これまでのあらすじ",  # ja
        "前情提要", "前情回顾", "前情回顧", "上集回顾", "上集回顧",  # zh
        "지난 이야기",  # ko
    ),
    "credits": (
        "credits", "end credits", "closing credits", "ending credits", "end titles", "end title", "closing titles", "ending",
        "outro", "ed", "closing", "credit roll", "ending theme",
        "abspann", "nachspann", "schlusstitel",  # de
        "générique de fin", "generique de fin", "crédits", "crédits de fin",  # fr
        "créditos", "créditos finales", "títulos de crédito", "créditos de cierre",  # es
        "titoli di coda", "crediti", "sigla finale", "sigla di chiusura",  # it
        "créditos finais", "genérico final", "ficha técnica", "encerramento",  # pt
        "aftiteling", "eindtitels", "aftitels", "eindgeneriek",  # nl
        "napisy końcowe", "napisy", "tyłówka",  # pl
        "eftertexter", "sluttexter",  # sv
        "rulletekster", "sluttekster", "slutttekster", "rulletekst", "eftertekster",  # da, no
        "lopputekstit", "lopputunnus",  # fi
        "závěrečné titulky", "titulky", "konečné titulky",  # cs
        "stáblista", "végefőcím", "záró főcím",  # hu
        "титры", "финальные титры", "конечные титры", "эндинг", "заключительные титры",  # ru
        "エンディング", "エンドロール", "エンドクレジット", "クレジット", "スタッフロール", "エンディングテーマ",  # ja
        "片尾", "片尾曲", "片尾字幕", "演职员表", "演職員表", "结尾", "字幕",  # zh
        "엔딩", "엔딩 크레딧",  # ko
        "kapanış jeneriği", "bitiş jeneriği",  # tr
    ),
    "advert": (
        "advert", "adverts", "advertisement", "advertisements", "ad", "ads", "ad break", "commercial", "commercials", "commercial break",
        "sponsor", "sponsors", "sponsored", "sponsor message",
        "werbung", "werbepause", "werbeblock", "publicité", "pub", "pause publicitaire", "anuncio", "anuncios", "publicidad",
        "pausa publicitaria", "pubblicità", "publicidade", "intervalo comercial", "reclame", "reclameblok", "reklama", "reklamy",
        "blok reklamowy", "reklam", "reklame", "reklamepause", "mainos", "mainokset", "mainostauko", "reklám", "reklámszünet",
        "реклама", "рекламная пауза", "広告", "コマーシャル", "cm", "广告", "廣告", "광고",
    ),
    "preview": (
        "next time", "next episode", "preview", "next time on", "next week", "trailer for next episode",
        "vorschau", "nächste folge", "prochainement", "prochain épisode", "bande-annonce", "próximamente", "próximo episodio", "avance",
        "prossimamente", "anteprima", "próximo episódio", "no próximo episódio", "volgende keer", "vooruitblik", "zapowiedź",
        "następny odcinek", "nästa avsnitt", "næste afsnit", "neste episode", "seuraavassa jaksossa", "příště", "v příštím díle",
        "a következő részben", "következő rész", "далее", "в следующей серии", "анонс", "次回予告", "予告", "下集预告", "下集預告",
        "预告", "預告", "다음 이야기",
    ),
}  # fmt: skip
