"""A page to look at: a strip of the whole film, and every shot with its picture. One file, nothing loaded from elsewhere."""

from base64 import b64encode
from html import escape

from config.times import clock
from daemon.contract.evidence import Shot, Span
from daemon.contract.values import shown
from daemon.shotlist.document import Measured

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#222;background:#fafafa}
h1{font-size:1.4rem;margin:0}p{margin:.3rem 0 1rem;color:#666}
svg{width:100%;height:88px;display:block;margin:1rem 0 .3rem}svg text{font-size:11px;fill:#666}
ol{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
li{background:#fff;border:1px solid #ddd;border-radius:6px;overflow:hidden}li.skipped{opacity:.45}
img{display:block;width:100%}li div{padding:.5rem .7rem}b{margin-right:.5rem}small{color:#666;display:block}
"""
ROWS = (("black", "#333"), ("silence", "#8ab"), ("skips", "#c55"))
WIDTH = 1000  # units of the strip, whatever its width on a screen


def page(film: Measured) -> bytes:
    """The page, UTF-8."""
    name = escape(shown(film.source.name))
    summary = f"{clock(film.analysis.duration)} · {len(film.analysis.shots)} shots · {film.probe.video.width}×{film.probe.video.height}"
    notes = "".join(f"<p>{escape(note)}</p>" for note in film.analysis.notes)
    shots = "".join(_item(shot, film) for shot in film.analysis.shots)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title><style>{STYLE}</style>'
        f"<h1>{name}</h1><p>{summary}</p>{notes}{_strip(film)}<ol>{shots}</ol></html>\n"
    ).encode()


def _strip(film: Measured) -> str:
    """Shots as alternating blocks, below them what is black, silent and left out."""
    scale = WIDTH / (film.analysis.duration or 1)
    shots = "".join(
        _block(shot, 0, 24, "#57a" if number % 2 else "#8bd", scale, shot.id) for number, shot in enumerate(film.analysis.shots)
    )
    below = ""
    for row, (name, colour) in enumerate(ROWS):
        spans: tuple[Span, ...] = film.skips.skips if name == "skips" else getattr(film.analysis, name)
        below += "".join(_block(span, 30 + 18 * row, 12, colour, scale, name) for span in spans)
        below += f'<text x="2" y="{40 + 18 * row}">{name}</text>'
    return f'<svg viewBox="0 0 {WIDTH} 88" preserveAspectRatio="none" role="img" aria-label="the film as a strip">{shots}{below}</svg>'


def _block(span: Span, top: int, height: int, colour: str, scale: float, title: str) -> str:
    where = f'x="{span.start * scale:.2f}" width="{max(span.length * scale, 0.5):.2f}" y="{top}" height="{height}"'
    return f'<rect {where} fill="{colour}"><title>{escape(title)} {clock(span.start)}–{clock(span.end)}</title></rect>'


def _item(shot: Shot, film: Measured) -> str:
    skip = next((skip for skip in film.skips.skips if skip.start <= shot.middle < skip.end), None)
    picture = _picture(shot, film)
    motion = f"camera: {shot.motion.kind}" if shot.motion else ""
    left_out = f"left out: {skip.reason} ({skip.confidence:.0%})" if skip else ""
    facts = " · ".join(filter(None, (f"{shot.length:.1f} s", shot.starts_with, motion, left_out)))
    times = f"{clock(shot.start)}–{clock(shot.end)}"
    return f"<li{' class=skipped' if skip else ''}>{picture}<div><b>{shot.id}</b>{times}<small>{escape(facts)}</small></div></li>"


def _picture(shot: Shot, film: Measured) -> str:
    if not shot.keyframes:
        return ""
    data = b64encode((film.stills / shot.keyframes[0]).read_bytes()).decode()
    return f'<img src="data:image/jpeg;base64,{data}" alt="{shot.id}" loading="lazy">'
