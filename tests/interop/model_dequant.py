# SPDX-License-Identifier: Apache-2.0
"""Writes random blocks of every quantized type and the values the gguf package decodes.

usage: model_dequant.py FOLDER
FOLDER/<type>.blocks: raw blocks; FOLDER/<type>.values: fp32.
FOLDER/<type>.source, .quantized: fp32 input and what the gguf package encodes, where it can.
"""
import pathlib
import sys

import numpy
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize, quantize

# Where a block keeps its half-precision scales.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
ENCODED = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"]


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
    for name in ENCODED:
        values = random.normal(0, 1, (64, 32)).astype(numpy.float32)
        (folder / f"{name}.source").write_bytes(values.tobytes())
        encoded = quantize(values, GGMLQuantizationType[name])
        (folder / f"{name}.quantized").write_bytes(encoded.tobytes())


main()
