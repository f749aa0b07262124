"""Powers of a matrix: the plane and a digit under it, its eigenvalues, how it stands in a formula.

Nothing here takes text from a visitor.
"""

import math

import numpy as np

from mnist_core.experiments.matrix_powers import Eigen, Power, Spectrum
from mnist_core.pictures.image_files import encode_png
from mnist_core.words import power_of_ten
from ui.shared.figures.colours import FIRST, OUTLINE, SECOND, THIRD
from ui.shared.figures.html import Values, address
from ui.shared.figures.pixel_maps import Look, signed_map
from ui.shared.figures.svg import cross, svg
from ui.shared.figures.tiles import scale_limit

FRAME_REACH = 2.5
"""The plane is shown from −FRAME_REACH to FRAME_REACH, in both directions."""
TOO_FAR = 1e3


def transformed_digit(image_01: Values, eigen: Eigen, power: Power) -> str:
    """The plane before (dashed circle) and after Wᵗ (ellipse), with the digit drawn on it."""
    matrix = power.multiplied.numpy()
    reach = FRAME_REACH
    inside = np.abs(matrix).max() < TOO_FAR
    drawn = _digit_under(image_01, matrix) + _outline(power) if inside else _far_away()
    parts = (
        f'<rect x="{-reach}" y="{-reach}" width="{2 * reach}" height="{2 * reach}" fill="none" '
        f'stroke="{OUTLINE}" stroke-width=".03"/>'
        f'<g transform="scale(1,-1)">{cross(reach, 0.012)}{drawn}'
        f'<circle r="1" fill="none" stroke="currentColor" stroke-width=".025" '
        f'stroke-dasharray=".08 .06"/>{_directions(eigen)}</g>'
    )
    alt = "The digit and the unit circle after the layer was applied"
    return svg(alt, _plane(reach), parts, "width:400px;max-width:100%;border-radius:6px")


def _plane(reach: float) -> str:
    return f"{-reach} {-reach} {2 * reach} {2 * reach}"


def _digit_under(image_01: Values, matrix: Values) -> str:
    (a, b), (c, d) = matrix.tolist()
    return (
        f'<g transform="matrix({a:.6g} {c:.6g} {b:.6g} {d:.6g} 0 0)">'
        f'<image transform="scale(1,-1)" href="{address(encode_png(image_01))}" x="-.7" y="-.7" '
        'width="1.4" height="1.4" style="image-rendering:pixelated" opacity=".85"/></g>'
    )


def _outline(power: Power) -> str:
    x, y = power.outline.numpy()
    points = " ".join(f"{px:.4f},{py:.4f}" for px, py in zip(x, y, strict=True))
    return f'<polygon points="{points}" fill="none" stroke="{FIRST}" stroke-width=".05"/>'


def _far_away() -> str:
    return (
        '<text transform="scale(1,-1)" y="1.7" text-anchor="middle" font-size=".26" '
        'fill="currentColor">the digit is far outside</text>'
    )


def _directions(eigen: Eigen) -> str:
    """The lines on which the matrix only stretches; a complex pair has none."""
    if eigen.values.imag.abs().max() > 0:
        return ""
    far = 2 * FRAME_REACH
    lines = zip(
        eigen.vectors.real.T.tolist(), ((SECOND, ".2 .08"), (THIRD, ".05 .07")), strict=True
    )
    return "".join(
        f'<path d="M{-far * x:.4f} {-far * y:.4f}L{far * x:.4f} {far * y:.4f}" stroke="{colour}" '
        f'stroke-width=".035" stroke-dasharray="{dash}"/>'
        for (x, y), (colour, dash) in lines
    )


def matrix_latex(matrix: Values) -> str:
    r"""A small matrix for `st.latex`."""
    rows = r" \\ ".join(" & ".join(_number_latex(v) for v in row) for row in matrix.tolist())
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _number_latex(value: float) -> str:
    if value == 0 or 0.001 <= abs(value) < 10_000:
        return f"{value:.3f}"
    exponent = math.floor(math.log10(abs(value)))
    return rf"{value / 10.0**exponent:.1f}\!\cdot\!10^{{{exponent}}}"


def spectrum_picture(found: Spectrum) -> str:
    """The eigenvalues as dots in the plane of complex numbers, with the circle |λ| = 1."""
    reach = 1.15 * max(1.0, found.radius)
    dots = "".join(
        f'<circle cx="{z.real:.4f}" cy="{-z.imag:.4f}" r="{0.018 * reach:.4f}" fill="{FIRST}"/>'
        for z in found.values.tolist()
    )
    line = 0.008 * reach
    alt = (
        f"{len(found.values)} eigenvalues as dots in the plane; the farthest is "
        f"{found.radius:.2f} from 0. A dashed circle marks the distance 1."
    )
    circle = (
        f'<circle r="1" fill="none" stroke="{SECOND}" stroke-width="{line:.4f}" '
        f'stroke-dasharray="{5 * line:.4f} {3 * line:.4f}"/>'
    )
    return svg(
        alt, _plane(reach), f"{cross(reach, line / 2)}{circle}{dots}", "width:300px;max-width:100%"
    )


def repeated_digit(found: Spectrum, times: int) -> str:
    """Wᵗ x as a small picture, its brightest colours for its own largest numbers."""
    values = found.states[times].numpy().astype(np.float32)
    look = Look(f"the digit, 10 by 10 numbers, after {times} times", width_px=200)
    return signed_map(values, scale_limit(values), look)


def say_length(length: float) -> str:
    """“3.21” or “1.3 · 10⁻¹²”."""
    return "0" if length == 0 else power_of_ten(length)
