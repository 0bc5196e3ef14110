"""What the benchmarks of writing measure is what happens, in processes of its own as the daemon starts them."""

from benchmarks import writing


def test_after_a_moved_skip_only_the_chunk_that_it_touches_is_asked_for() -> None:
    whole, moved = writing.written_twice(1)
    chunks = whole.record["asked"]
    assert (whole.record.get("kept", 0), whole.record["loads"]) == (0, 1)
    assert (moved.record["asked"], moved.record["kept"]) == (1, chunks - 1)
    assert len(whole.prompts) == chunks + 1  # the cast, then each chunk
    assert len(moved.prompts) == 1
    assert whole.record["tokens_in"] > 3 * moved.record["tokens_in"] > 0
    assert all(b"Night Train" in prompt for prompt in whole.prompts[1:])


def test_the_share_of_a_prompt_that_is_the_same_counts_from_its_beginning() -> None:
    assert writing.same_share([b"abcd", b"abxx", b"abxx"]) == "75 %"
    assert writing.same_share([b"abcd"]) == "-"
