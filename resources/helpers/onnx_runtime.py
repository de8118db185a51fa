# SPDX-License-Identifier: Apache-2.0
"""Runs an exported ONNX folder in ONNX Runtime for the workbench, which does not link it.

usage: onnx_runtime.py REQUEST

REQUEST is one JSON object; the answer is one JSON line on stdout, {"error": sentence} where
something is wrong. Actions:
  logits   {"action", "folder", "tokens": [ids], "out": file, "threads"}: writes the logits of all
           positions to `out`, fp32 [tokens, vocabulary]; answers {"version", "vocabulary",
           "step_difference"}, the last being the largest difference of a logit when the second half
           of the tokens goes through the cache one at a time, relative to the largest logit.
  measure  {"action", "folder", "prefill", "decode", "repetitions", "warmups", "threads"}: times
           prompts from an empty cache and tokens decoded one at a time, warm-ups apart.
"""
import json
import pathlib
import random
import sys
import time


def memory(key: str) -> int:
    """A line of /proc/self/status in bytes; 0 where the system has none."""
    try:
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Decoder:
    """A decoder with past_key_values inputs, as the workbench exports it."""

    def __init__(self, folder: pathlib.Path, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options,
                                                    providers=["CPUExecutionProvider"])
        self.outputs = [output.name for output in self.session.get_outputs()]
        self.cache_inputs = [entry for entry in self.session.get_inputs()
                             if entry.name.startswith("past_key_values")]
        self.vocabulary = self.session.get_outputs()[self.outputs.index("logits")].shape[-1]
        self.clear()

    def clear(self) -> None:
        types = {"tensor(float)": numpy.float32, "tensor(float16)": numpy.float16}
        self.cache = {entry.name: numpy.zeros((1, entry.shape[1], 0, entry.shape[3]),
                                              types[entry.type]) for entry in self.cache_inputs}
        self.length = 0

    def run(self, tokens: list):
        """Logits [tokens, vocabulary] of the next tokens."""
        self.length += len(tokens)
        feed = {"input_ids": numpy.array([tokens], numpy.int64),
                "attention_mask": numpy.ones((1, self.length), numpy.int64), **self.cache}
        found = dict(zip(self.outputs, self.session.run(self.outputs, feed)))
        logits = found.pop("logits")
        self.cache = {name.replace("present", "past_key_values"): value
                      for name, value in found.items()}
        return logits[0]

    def cache_bytes(self) -> int:
        return sum(value.nbytes for value in self.cache.values())


def logits(request: dict) -> dict:
    decoder = Decoder(pathlib.Path(request["folder"]), request.get("threads", 0))
    tokens = request["tokens"]
    whole = decoder.run(tokens).astype(numpy.float32)
    decoder.clear()
    prompt = max(1, len(tokens) // 2)
    parts = [decoder.run(tokens[:prompt])]
    parts += [decoder.run([token]) for token in tokens[prompt:]]
    steps = numpy.concatenate(parts).astype(numpy.float32)
    pathlib.Path(request["out"]).write_bytes(numpy.ascontiguousarray(whole).tobytes())
    scale = max(float(numpy.abs(whole).max()), 1e-30)
    return {"version": version(), "vocabulary": int(whole.shape[1]),
            "step_difference": float(numpy.abs(whole - steps).max()) / scale}


def measure(request: dict) -> dict:
    folder = pathlib.Path(request["folder"])
    before_model = memory("VmRSS")
    start = time.perf_counter()
    decoder = Decoder(folder, request.get("threads", 0))
    answer = {"version": version(), "load_seconds": time.perf_counter() - start,
              "prefill_seconds": [], "first_token_seconds": [], "decode_seconds": [],
              "inter_token_seconds": []}
    generator = random.Random(1)  # the same tokens for every model

    def draw(count: int) -> list:
        return [generator.randrange(decoder.vocabulary) for _ in range(count)]

    for repetition in range(-request["warmups"], request["repetitions"]):
        tokens = draw(request["prefill"])
        decoder.clear()
        start = time.perf_counter()
        last = decoder.run(tokens)[-1]
        prefill = time.perf_counter() - start
        last.argmax()
        first = time.perf_counter() - start
        if repetition >= 0:
            answer["prefill_seconds"].append(prefill)
            answer["first_token_seconds"].append(first)
    answer["kv_bytes"] = decoder.cache_bytes()
    for repetition in range(-request["warmups"], request["repetitions"]):
        tokens = draw(request["decode"])
        decoder.clear()
        start = before = time.perf_counter()
        between = []
        for token in tokens:
            decoder.run([token])
            now = time.perf_counter()
            between.append(now - before)
            before = now
        if repetition >= 0:
            answer["decode_seconds"].append(before - start)
            answer["inter_token_seconds"] += between
    answer["resident_bytes"] = memory("VmRSS") - before_model
    answer["peak_bytes"] = memory("VmHWM") - before_model
    answer["file_bytes"] = sum(file.stat().st_size for file in folder.glob("model.onnx*"))
    return answer


def version() -> str:
    return "ONNX Runtime " + onnxruntime.__version__


def main() -> None:
    try:
        request = json.loads(sys.argv[1])
        answer = {"logits": logits, "measure": measure}[request["action"]](request)
    except Exception as failure:  # whatever is wrong is the answer
        answer = {"error": " ".join(str(failure).split()) or type(failure).__name__}
    print(json.dumps(answer), flush=True)


try:
    import numpy
    import onnxruntime
except ImportError as missing:
    print(json.dumps({"error": f"Python has no module {missing.name}; install numpy and onnxruntime "
                               "with pip, or set SCHMIDT_PYTHON to an interpreter that has them"}))
    sys.exit()
main()
