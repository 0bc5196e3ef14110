"""What needs how much, and whether there is room for it."""

from pathlib import Path

import pytest

from config.settings import Whisper
from daemon.contract.states import HoldCause
from daemon.speech import weights
from daemon.speech.models import SIZES
from daemon.worker.memory.admission import NeverFits, NotNow, Room, check
from daemon.worker.memory.cgroups import Bound

GIB = 1 << 30
NOWHERE = Path("/nowhere")


def whisper(model: str = "small", **more: object) -> Whisper:
    return Whisper.model_validate({"model": model, **more})


def test_what_fits_may_begin() -> None:
    check("it", 2 * GIB, Room(limit=2 * GIB, available=2 * GIB, own=Bound(4 * GIB, 2 * GIB)))


@pytest.mark.parametrize(("limit", "own"), [(2 * GIB, None), (8 * GIB, Bound(2 * GIB, 2 * GIB))])
def test_what_can_never_fit_fails_with_the_numbers_and_what_would(limit: int, own: Bound | None) -> None:
    with pytest.raises(NeverFits, match=r"large needs about 3\.0 GiB of memory, and 2\.0 GiB may be used") as failed:
        check("large", 3 * GIB, Room(limit=limit, own=own), "Set whisper.model: small, which fits.")
    assert failed.value.advice == "Set whisper.model: small, which fits."


@pytest.mark.parametrize(
    ("room", "numbers"),
    [
        (Room(limit=4 * GIB, resident=2 * GIB), r"of 4\.0 GiB that may be used 2\.0 GiB are taken"),
        (Room(limit=4 * GIB, available=GIB), r"1\.0 GiB is free"),
        (Room(limit=4 * GIB, own=Bound(4 * GIB, GIB)), r"1\.0 GiB is free"),
    ],
)
def test_what_does_not_fit_now_waits_with_the_numbers(room: Room, numbers: str) -> None:
    with pytest.raises(NotNow, match=numbers) as held:
        check("it", 3 * GIB, room)
    assert held.value.cause is HoldCause.MEMORY


def test_the_known_sizes_are_about_what_was_measured_elsewhere() -> None:
    """faster-whisper's README, small on a processor: 2257 MB with 32 bits, 1477 with 8; in batches of eight 4230 and 3608."""
    for choice, measured in (
        (whisper(compute_type="float32"), 2257),
        (whisper(compute_type="int8"), 1477),
        (whisper(compute_type="float32", batch=8), 4230),
        (whisper(compute_type="int8", batch=8), 3608),
    ):
        assert weights.need(choice, NOWHERE) / (1 << 20) == pytest.approx(measured, rel=0.15)


def test_a_larger_model_needs_more_and_one_in_a_card_little() -> None:
    needs = [weights.need(whisper(size), NOWHERE) for size in ("tiny", "base", "small", "medium", "large-v3")]
    assert needs == sorted(needs)
    assert weights.need(whisper("large-v3"), NOWHERE, on_card=True) < needs[0]


def test_a_model_of_ones_own_weighs_what_its_file_does(tmp_path: Path) -> None:
    light = weights.need(whisper(str(tmp_path)), NOWHERE)
    (tmp_path / "model.bin").write_bytes(bytes(10_000_000))
    assert weights.need(whisper(str(tmp_path)), NOWHERE) == light + 6_000_000


def test_the_model_that_is_named_fits_itself() -> None:
    for limit in range(GIB, 8 * GIB, GIB // 2):
        size = weights.fitting(whisper("large-v3", compute_type="float32"), limit)
        assert size != "large-v3"
        assert not size or weights.need(whisper(size, compute_type="float32"), NOWHERE) <= limit
    assert (weights.fitting(whisper("large-v3"), 2 * GIB), weights.fitting(whisper(), GIB // 2)) == ("turbo", "")
    assert set(weights.SUGGESTED) <= set(SIZES)


def test_settings_get_smaller_step_by_step_first_the_batch_then_the_numbers() -> None:
    steps, choice = [], whisper(batch=16, compute_type="float32")
    while smaller := weights.easier(choice):
        assert weights.need(smaller, NOWHERE) < weights.need(choice, NOWHERE)
        choice = smaller
        steps.append((choice.batch, choice.compute_type))
    assert steps == [(4, "float32"), (1, "float32"), (1, "int8")]
    assert weights.easier(whisper()) is None


def test_telling_voices_by_sherpa_grows_with_the_film_and_runs_are_filed_by_that() -> None:
    hours = [weights.telling(hour * 3600) / GIB for hour in (0, 1, 2, 3)]
    assert hours == pytest.approx([1.0, 1.8, 2.9, 4.5], abs=0.1)
    loads = {weights.load(whisper(), weights.telling(seconds)) for seconds in (5400, 5500, 10_800)} | {weights.load(whisper())}
    assert len(loads) == 3, "one for films of much the same length"
