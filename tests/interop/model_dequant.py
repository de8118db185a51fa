# SPDX-License-Identifier: Apache-2.0
"""Writes random blocks of every quantized type and the values the gguf package decodes.

usage: model_dequant.py FOLDER
FOLDER/<type>.blocks: raw blocks; FOLDER/<type>.values: fp32.
"""
import pathlib
import sys

import numpy
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

# Where a block keeps its half-precision scales.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0],
    "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}


def write_mxfp4(folder: pathlib.Path, random) -> None:
    """Older gguf packages lack this type: decoded here as the OCP microscaling standard has it."""
    blocks = random.integers(0, 256, (64, 17), dtype=numpy.uint8)
    blocks[:, 0] = random.integers(90, 150, 64)
    codes = numpy.concatenate([blocks[:, 1:] & 15, blocks[:, 1:] >> 4], axis=1)
    sign, exponent, mantissa = codes >> 3, codes >> 1 & 3, codes & 1
    magnitude = numpy.where(exponent == 0, 0.5 * mantissa,
                            2.0 ** (exponent.astype(float) - 1) * (1 + 0.5 * mantissa))
    values = (1.0 - 2 * sign) * magnitude * 2.0 ** (blocks[:, :1].astype(float) - 127)
    (folder / "MXFP4.blocks").write_bytes(blocks.tobytes())
    (folder / "MXFP4.values").write_bytes(values.astype(numpy.float32).tobytes())


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    random = numpy.random.default_rng(20)
    for name, offsets in SCALES.items():
        kind = GGMLQuantizationType[name]
        size = GGML_QUANT_SIZES[kind][1]
        blocks = random.integers(0, 256, (64, size), dtype=numpy.uint8)
        for offset in offsets:
            scales = random.normal(0, 0.1, (64, 1)).astype(numpy.float16)
            blocks[:, offset:offset + 2] = scales.view(numpy.uint8)
        (folder / f"{name}.blocks").write_bytes(blocks.tobytes())
        values = dequantize(blocks, kind).astype(numpy.float32)
        (folder / f"{name}.values").write_bytes(values.tobytes())
    write_mxfp4(folder, random)


main()
