"""Lines that Whisper learned with subtitles are known in many languages, and people's own words are not among them."""

import pytest

from daemon.contract.evidence import Span
from daemon.speech import guards, madeup
from tests.daemon.speech.words import said

SUBTITLERS = [
    "Subtitles by the Amara.org community", "Untertitelung des ZDF, 2020", "Untertitel der Amara.org-Community",
    "Sous-titres réalisés par la communauté d'Amara.org", "Sous-titrage Société Radio-Canada", "Sous-titrage ST' 501",
    "Subtítulos realizados por la comunidad de Amara.org", "Legendas pela comunidade Amara.org",
    "Sottotitoli creati dalla comunità Amara.org", "Napisy stworzone przez społeczność Amara.org",
    "Редактор субтитров А.Семкин Корректор А.Егорова", "Субтитры сделал DimaTorzok", "字幕志愿者 李宗盛", "字幕由Amara.org社区提供",
    "Altyazı M.K.", "Ondertiteld door de Amara.org gemeenschap", "Transcription by CastingWords",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
]  # fmt: skip
CHANNELS = [
    "Thank you for watching!", "Thanks for watching.", "Please subscribe to my channel.", "Vielen Dank fürs Zuschauen!",
    "Vielen Dank für Ihre Aufmerksamkeit.", "Merci d'avoir regardé cette vidéo !", "¡Gracias por ver el video!", "Obrigado por assistir!",
    "Grazie per aver guardato il video.", "Bedankt voor het kijken!", "Dziękuję za uwagę.", "Спасибо за просмотр!",
    "Продолжение следует...", "İzlediğiniz için teşekkür ederim.", "ご視聴ありがとうございました", "시청해주셔서 감사합니다.",
    "谢谢观看", "شكرا على المشاهدة", "Tack för att ni tittade!", "Děkuji za pozornost.",
]  # fmt: skip
PEOPLE = [
    "I cannot read the subtitles.", "Captions are written by hand.", "Thank you.", "Thank you for coming.", "Thanks for the coffee.",
    "Das ist der Untertitel.", "Vielen Dank für alles.", "See you tomorrow.", "Watch out!", "I subscribe to that view.", "Gute Nacht.",
    "Merci d'être venu.", "Gracias por todo.", "Спасибо за помощь.", "谢谢你。", "ありがとうございました",
]  # fmt: skip


@pytest.mark.parametrize("text", SUBTITLERS)
def test_subtitlers_lines_go_however_sure_the_model_is(text: str) -> None:
    assert guards.doubt(said(text, confidence=0.99), (), (Span(start=0, end=99),)) == "a subtitler's line, not speech"


@pytest.mark.parametrize("text", CHANNELS)
def test_what_channels_end_with_goes_where_it_is_hardly_heard(text: str) -> None:
    heard = said(text, confidence=0.95)
    assert guards.doubt(heard, (), (Span(start=0, end=99),)) == ""
    reason = "a line that is often made up, and hardly heard"
    assert guards.doubt(heard, (), ()) == reason
    assert guards.doubt(said(text, confidence=0.5), ()) == reason
    assert guards.doubt(said(text, no_speech=0.4), ()) == reason
    assert guards.doubt(said(text, log_probability=-0.8), ()) == reason


@pytest.mark.parametrize("text", PEOPLE)
def test_what_people_say_stays(text: str) -> None:
    assert not madeup.by_a_subtitler(text)
    assert not madeup.by_a_channel(text)
