"""Hand-made digits and synthetic photos of them, so that the true ink is known.

Nothing here comes from a data set: each digit is a few polylines, and a photo is reflectance
(paper, ruling, ink) × light, then the camera: blur, grain, JPEG.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from mnist_core.pictures.strokes import Strokes, draw_strokes, fit_strokes

FloatArray = NDArray[np.float32]


def arc(centre, radius, start_deg, end_deg, points=24):
    """An arc of an ellipse, clockwise from 0° = right, y down: (points, 2)."""
    angle = np.radians(np.linspace(start_deg, end_deg, points))
    x, y = centre
    rx, ry = radius
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def path(*pieces):
    return np.concatenate([np.atleast_2d(piece) for piece in pieces]).astype(np.float32)


DIGITS: dict[int, Strokes] = {
    0: [path(arc((0.3, 0.5), (0.3, 0.5), -90, 270, 48))],
    1: [path((0.1, 0.25), (0.35, 0.0), (0.33, 1.0))],
    2: [path(arc((0.3, 0.28), (0.3, 0.28), 190, 390), (0.0, 1.0), (0.65, 0.97))],
    3: [
        path(
            arc((0.3, 0.25), (0.28, 0.25), 200, 430),
            (0.25, 0.48),
            arc((0.3, 0.73), (0.32, 0.27), -80, 160),
        )
    ],
    4: [path((0.45, 0.0), (0.0, 0.65), (0.7, 0.62)), path((0.5, 0.3), (0.47, 1.0))],
    5: [
        path((0.12, 0.02), (0.08, 0.45), arc((0.27, 0.7), (0.32, 0.3), -125, 150)),
        path((0.12, 0.02), (0.58, 0.0)),
    ],
    6: [
        path(
            (0.5, 0.0),
            (0.25, 0.2),
            (0.05, 0.55),
            arc((0.3, 0.72), (0.28, 0.28), 180, -180, 40),
        )
    ],
    7: [path((0.0, 0.04), (0.62, 0.0), (0.4, 0.45), (0.22, 1.0))],
    8: [
        path(arc((0.3, 0.24), (0.24, 0.24), 60, -240, 40), arc((0.3, 0.74), (0.3, 0.26), -120, 240))
    ],
    9: [path(arc((0.28, 0.28), (0.28, 0.28), 0, -350, 40), (0.56, 0.3), (0.5, 1.0))],
}


def draw_digit(digit, side_px=180.0, brush_px=16.0, corner_px=None, canvas_px=280):
    """A clean canvas, white on black: uint8 RGBA. Without a corner the digit is in the middle."""
    strokes = DIGITS[digit]
    if corner_px is None:
        points = np.concatenate(strokes)
        extent = points.max(axis=0) - points.min(axis=0)
        free = canvas_px - extent / extent.max() * side_px
        corner_px = (float(free[0] / 2), float(free[1] / 2))
    return draw_strokes(fit_strokes(strokes, side_px, corner_px), brush_px, canvas_px)


@dataclass(frozen=True)
class Scene:
    """A digit on paper in front of a camera. Lengths are shares of the picture's longer side.

    paper, ink, line, desk: reflectance RGB in [0, 1]
    ruling: distance of the lines, 0 for none; squares: lines in both directions
    curl: how far the ruling bends over half the picture, and fans out
    gradient: darkest light ÷ brightest light; shadow: light in the shadow ÷ outside it
    desk_width: how much of the picture's edge is desk
    """

    width: int = 800
    height: int = 600
    digit_side: float = 0.4
    brush: float = 0.022
    paper: tuple[float, float, float] = (0.86, 0.85, 0.82)
    ink: tuple[float, float, float] = (0.08, 0.08, 0.1)
    gradient: float = 0.85
    shadow: float = 1.0
    ruling: float = 0.0
    squares: bool = False
    curl: float = 0.0
    line: tuple[float, float, float] = (0.6, 0.68, 0.8)
    line_width: float = 0.0025
    desk: tuple[float, float, float] = (0.2, 0.14, 0.1)
    desk_width: float = 0.0
    blur: float = 0.0008
    grain: float = 0.012
    pen_grain: float = 0.0
    jpeg: int = 85


def photograph(digit, scene: Scene, seed: int) -> NDArray[np.uint8]:
    """A photo, uint8 (H, W, 3). digit None: the sheet is blank."""
    random = np.random.default_rng(seed)
    size = max(scene.width, scene.height)
    y, x = _grid(scene)
    reflectance = np.broadcast_to(np.float32(scene.paper), (*x.shape, 3)).copy()
    if scene.ruling:
        _lay(reflectance, _ruling_cover(scene, x, y, random), scene.line)
    if digit is not None:
        cover = _ink_cover(digit, scene, random)
        cover *= 1 - scene.pen_grain * _smooth_noise(cover.shape, 1.0, random)
        _lay(reflectance, cover, scene.ink)
    if scene.desk_width:
        _lay(reflectance, _desk_cover(scene, x, y, random), scene.desk, texture=random)
    seen = reflectance * _light(scene, x, y, random)[..., None]
    seen = ndimage.gaussian_filter(seen, (scene.blur * size, scene.blur * size, 0))
    seen += random.normal(0, scene.grain, seen.shape[:2])[..., None].astype(np.float32)
    pixels = (np.clip(seen, 0, 1) * 255).round().astype(np.uint8)
    return through_jpeg(pixels, scene.jpeg)


def through_jpeg(pixels, quality):
    memory = io.BytesIO()
    Image.fromarray(pixels).save(memory, "JPEG", quality=quality)
    return np.asarray(Image.open(memory))


def _grid(scene):
    """y (H, 1) and x (1, W) in shares of the longer side, 0 = middle."""
    size = max(scene.width, scene.height)
    y = (np.arange(scene.height, dtype=np.float32) + 0.5 - scene.height / 2) / size
    x = (np.arange(scene.width, dtype=np.float32) + 0.5 - scene.width / 2) / size
    return np.broadcast_arrays(y[:, None], x[None])


def _lay(reflectance, cover, colour, texture=None):
    tint = np.float32(colour)
    if texture is not None:
        grain = _smooth_noise((cover.shape[0] // 8 + 1, cover.shape[1]), 2.0, texture)
        tint = tint * (0.8 + 0.4 * np.repeat(grain, 8, axis=0)[: cover.shape[0], :, None])
    reflectance += cover[..., None] * (tint - reflectance)


def _ink_cover(digit, scene, random):
    size = max(scene.width, scene.height)
    side, brush = scene.digit_side * size, max(scene.brush * size, 1.2)
    extent = np.ptp(np.concatenate(DIGITS[digit]), axis=0)
    extent = extent / extent.max() * side
    frame = np.array([scene.width, scene.height])
    edge = (0.04 + scene.desk_width) * size + brush
    corner = edge + random.uniform(0, 1, 2) * np.maximum(frame - 2 * edge - extent, 0)
    strokes = fit_strokes(DIGITS[digit], side, (float(corner[0]), float(corner[1])))
    canvas = draw_strokes(strokes, brush, size)[..., 0]
    return canvas[: scene.height, : scene.width].astype(np.float32) / 255


def _ruling_cover(scene, x, y, random):
    tilt = random.uniform(-0.08, 0.08)
    offset = random.uniform(0, scene.ruling)
    cover = _lines(y + tilt * x + scene.curl * (4 * x * x + x * y) + offset, scene)
    if scene.squares:
        cover = np.maximum(cover, _lines(x - tilt * y + scene.curl * x * y + offset, scene))
    return cover


def _lines(position, scene):
    size = max(scene.width, scene.height)
    distance = np.abs((position + scene.ruling / 2) % scene.ruling - scene.ruling / 2)
    return np.clip((scene.line_width / 2 - distance) * size + 0.5, 0, 1)


def _desk_cover(scene, x, y, random):
    tilt = random.uniform(-0.1, 0.1)
    half_x = x.max() - scene.desk_width
    half_y = y.max() - scene.desk_width
    outside = np.maximum(np.abs(x + tilt * y) - half_x, np.abs(y - tilt * x) - half_y)
    return np.clip(outside * max(scene.width, scene.height) + 0.5, 0, 1)


def _light(scene, x, y, random):
    """Light on the page: falls off to one side, a shadow with a soft edge."""
    angle = random.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    along = (along - along.min()) / max(float(np.ptp(along)), 1e-6)
    light = scene.gradient + (1 - scene.gradient) * along
    if scene.shadow < 1:
        angle, place = random.uniform(0, 2 * np.pi), random.uniform(-0.15, 0.15)
        across = np.cos(angle) * x + np.sin(angle) * y - place
        light = light * (scene.shadow + (1 - scene.shadow) / (1 + np.exp(-across / 0.012)))
    return light.astype(np.float32)


def _smooth_noise(shape, sigma, random):
    """Smooth noise in [0, 1]."""
    noise = ndimage.gaussian_filter(random.standard_normal(shape).astype(np.float32), sigma)
    return np.clip(0.5 + noise / (4 * max(float(noise.std()), 1e-6)), 0, 1)


DISTURBANCES: dict[str, Scene] = {
    "plain paper": Scene(),
    "strong gradient": Scene(gradient=0.3),
    "soft shadow": Scene(shadow=0.5),
    "deep shadow": Scene(shadow=0.38, gradient=0.7),
    "grain": Scene(grain=0.05),
    "coarse JPEG": Scene(jpeg=25, grain=0.02),
    "ruled": Scene(ruling=0.07),
    "dark ruling": Scene(ruling=0.08, line=(0.35, 0.4, 0.55), line_width=0.003),
    "graph paper": Scene(ruling=0.045, squares=True),
    "ruled, pencil": Scene(ruling=0.07, ink=(0.45, 0.45, 0.46), brush=0.012),
    "pencil, dark ruling": Scene(
        ruling=0.09, line=(0.45, 0.5, 0.6), line_width=0.003, ink=(0.42, 0.42, 0.43), brush=0.012
    ),
    "thin pen, squares": Scene(ruling=0.05, squares=True, ink=(0.12, 0.18, 0.6), brush=0.007),
    "black squares": Scene(ruling=0.08, squares=True, line=(0.25, 0.25, 0.25), line_width=0.003),
    "curled page": Scene(ruling=0.07, curl=0.01, brush=0.012),
    "curled squares": Scene(ruling=0.05, squares=True, curl=0.01, brush=0.012),
    "ruled in shadow": Scene(ruling=0.07, shadow=0.5, gradient=0.6),
    "blue pen": Scene(ink=(0.12, 0.18, 0.6), brush=0.008),
    "red pen": Scene(ink=(0.75, 0.12, 0.12), brush=0.01),
    "pencil": Scene(ink=(0.55, 0.55, 0.56), brush=0.01, pen_grain=0.5),
    "desk around": Scene(desk_width=0.1),
    "narrow desk edge": Scene(desk_width=0.03, gradient=0.6),
    "desk, shadow": Scene(desk_width=0.08, shadow=0.5),
    "desk, ruled": Scene(desk_width=0.07, ruling=0.06),
    "light desk": Scene(desk_width=0.08, desk=(0.5, 0.42, 0.33)),
    "blackboard": Scene(paper=(0.12, 0.17, 0.14), ink=(0.8, 0.8, 0.76), gradient=0.5),
    "dim blackboard": Scene(
        paper=(0.2, 0.22, 0.22), ink=(0.6, 0.6, 0.6), pen_grain=0.5, grain=0.02
    ),
    "small digit": Scene(digit_side=0.09, brush=0.006),
    "large digit": Scene(digit_side=0.62, brush=0.06),
    "blur": Scene(blur=0.005),
    "60 px wide": Scene(width=60, height=60, digit_side=0.6, brush=0.06),
    "portrait": Scene(width=480, height=640, digit_side=0.5, gradient=0.5),
    "overexposed": Scene(paper=(1.15, 1.12, 1.1), gradient=0.6),
    "everything": Scene(
        ruling=0.06, shadow=0.55, gradient=0.6, desk_width=0.05, blur=0.002, grain=0.025, jpeg=60
    ),
}
