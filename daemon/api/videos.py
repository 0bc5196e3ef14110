"""What a video looks and sounds like, under ``/v1``. A video goes by the number of its job."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.exceptions import HTTPException
from starlette.status import HTTP_204_NO_CONTENT, HTTP_404_NOT_FOUND

from daemon.api.routes import Id, TheControls
from daemon.contract.timeline import Timeline

MOST_SHOTS = 1_000_000
A_MINUTE = "private, max-age=60"  # the same number may be another shot once the film was measured anew

v1 = APIRouter(prefix="/v1")


@v1.get("/videos/{job_id}/timeline")
async def timeline(job_id: Id, controls: TheControls) -> Timeline:
    """The video on a time axis: shots, black, silence, loudness, speech, scenes, skips and keeps."""
    return await controls.timelines.of(job_id)


@v1.delete("/videos/{job_id}", status_code=HTTP_204_NO_CONTENT)
async def delete(job_id: Id, controls: TheControls) -> Response:
    """Forgets a video: its rows, and the results that no other video uses. The file itself and its published script stay."""
    await controls.delete(job_id)
    return Response(status_code=HTTP_204_NO_CONTENT)


@v1.get("/videos/{job_id}/keyframes/{number}", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
async def keyframe(job_id: Id, number: Annotated[int, Path(ge=1, le=MOST_SHOTS)], controls: TheControls) -> Response:
    """The sharpest picture of a shot, as JPEG; ``number`` counts shots from 1."""
    picture = await controls.timelines.still(job_id, number)
    if picture is None:
        raise HTTPException(HTTP_404_NOT_FOUND, f"there is no picture of shot {number}")
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": A_MINUTE})
