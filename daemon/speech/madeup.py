"""What Whisper says where nobody speaks: lines that it learned with the subtitles of films and of channels. Pure.

Collected from public reports of such lines over silence and music, language by language. Letters, digits and their marks count, case and
punctuation do not.
"""

import re
import unicodedata

# Lines of subtitlers. Nobody says them in a film, so they go wherever they stand.
_SUBTITLERS = (
    r".*\bamara org\b.*",
    r"(subtitles|captions|captioning|subtitled|transcribed|transcription)( were)? (made |created |provided |performed )?by .*",
    r"untertitel(ung)? (der|des|von|im auftrag) .*",
    r"copyright (wdr|zdf|ndr|swr|ard).*",
    r"sous titr(es?|age)( réalisés?| fait)? .*\b(par|st 501|société radio canada|la communauté)\b.*",
    r"sous titrage .*",
    r"subtítulos( realizados)? por .*",
    r"legendas? (pela|por|feitas) .*",
    r"sottotitoli( e revisione)?( creati)? (a cura di|dalla comunità|di) .*",
    r"ondertitel(d|ing)( door)? .*",
    r"napisy (stworzone|wykonane)? ?przez .*",
    r"tekstet av .*|undertekster (af|av) .*|undertexter (från|av) .*|svensktextning.*|textning (av )?(stina|iyuno|btistudios).*",
    r"altyazı m k",
    r"titulky vytvořil.*|preklad .*titulky.*",
    r"редактор субтитров .*|субтитры (сделал|создавал|делал|подогнал|и).*|корректор [а-я] .*",
    r"字幕(志愿者|組|组|由|by|提供|製作|制作|翻译).*|.*(明镜与点点栏目|优优独播剧场).*|中文字幕.*",
    r"(字幕|翻訳) ?(by|作成|提供).*",
    r"(자막|번역) (제공|제작|by).*",
)
# Thanks and requests of channels. Somebody may say them, so they go only where something else speaks against them too.
_CHANNELS = (
    r"(thank you|thanks)( so much| very much)? for (watching|listening|viewing|your (attention|time))( .{0,40})?",
    r"(please )?(like and )?subscribe( to (my|our|the) channel)?( .{0,60})?|don t forget to (like|subscribe).*",
    r"(see you|i ll see you) (in the )?next (time|video|one).*",
    r"(vielen|herzlichen)? ?dank (für s|fürs|für das|für ihre|für eure) (zuschauen|zusehen|zuhören|aufmerksamkeit).*",
    r"bis zum nächsten mal",
    r"merci (d avoir|de|pour votre) (regardé|écouté|votre attention|attention|visionnage).*|abonnez vous.*",
    r"(muchas )?gracias por (ver|su atención|vuestra atención|mirar|escuchar).*|suscríbete.*",
    r"(muito )?obrigad[oa] por (assistir|ver).*|inscreva se.*|legenda adriana zanotto",
    r"grazie (per|a tutti per|della) (aver |la visione|la vostra|l attenzione|aver guardato|visione).*|iscriviti.*",
    r"bedankt voor het (kijken|luisteren).*",
    r"(tack (så mycket )?för att (ni|du) (har )?tittat?(de|r)?)( .*)?|takk for at (du|dere) så på.*|tak fordi (du|i) så med.*",
    r"dziękuj[ęe](my)? za (obejrzenie|uwagę|oglądanie).*|zapraszam na kolejny.*",
    r"(спасибо за (просмотр|внимание|подписку)|продолжение следует|подписывайтесь на канал|до новых встреч)( .*)?",
    r"дякую за (перегляд|увагу)( .*)?",
    r"(beni )?izlediğiniz için teşekkür(ler| ederim| ederiz).*|abone olmayı unutmayın.*",
    r"děkuji za (pozornost|sledování).*|ďakujem za (pozornosť|sledovanie).*",
    r"(ご視聴|最後までご視聴|ご覧いただき)(いただき)?(まして)?ありがとうございま(した|す).*|チャンネル登録.*",
    r"(시청해|봐|들어) ?주셔서 감사합니다.*|구독과? 좋아요.*|mbc 뉴스.*|다음 영상에서 만나요.*",
    r"(谢谢|感谢|多谢|謝謝|感謝)(大家|您|你们|你)?(的)?(观看|收看|收听|觀看|收看).*|请不吝点赞.*|請不吝點贊.*|(欢迎|请)?订阅.*",
    r"شكرا (لكم )?(على المشاهدة|للمشاهدة).*|اشتركوا في القناة.*|ترجمة نانسي قنقر",
    r"cảm ơn (các bạn )?đã (xem|theo dõi).*|hãy subscribe.*",
    r"terima kasih (telah|sudah|kerana) (menonton|menonton.*).*",
    r"תודה (רבה )?(על הצפייה|שצפיתם).*",
)


def _joined(lines: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lines))


_OF_SUBTITLERS, _OF_CHANNELS = _joined(_SUBTITLERS), _joined(_CHANNELS)


def by_a_subtitler(text: str) -> bool:
    """Whether the whole text is a subtitler's line."""
    return bool(_OF_SUBTITLERS.fullmatch(plain(text)))


def by_a_channel(text: str) -> bool:
    """Whether the whole text is what channels end with."""
    return bool(_OF_CHANNELS.fullmatch(plain(text)))


def plain(text: str) -> str:
    """The words alone, in small letters, a space between."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).replace("İ", "i").lower()))
