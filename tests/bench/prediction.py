#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Predicted against measured KL of random per-layer recipes on an analyzed project.

All recipes are predicted before the first of them runs, since finished runs correct the predictor.
Prints the protocol, one line per recipe, Spearman's rank correlation, the median relative error of
the measured KL and the share inside the stated band; writes the points as CSV and as a plot (SVG).
"""
import argparse
import csv
import json
import math
import random
import statistics
import subprocess
import sys
import time


matrices = ["q", "k", "v", "o", "gate", "up", "down"]


def random_recipe(base, shape, generator, options):
    """Widths of 20 to 97 % of the MLP per layer; kind "mixed" also draws KV groups and bits."""
    centre = generator.uniform(0.45, 0.9)
    layers = []
    for _ in range(options.layers):
        share = min(0.97, max(0.2, generator.gauss(centre, 0.18)))
        layer = dict(shape, mlp_width=max(32, round(share * shape["mlp_width"] / 32) * 32))
        if options.kind == "mixed":
            if generator.random() < 0.3:
                layer["kv_groups"] = generator.randint(1, shape["kv_groups"])
            scheme = generator.choice(["keep", "gptq-int8-g32", "gptq-int4-g32", "gptq-int4-g32"])
            if scheme != "keep":
                layer["schemes"] = {name: scheme for name in matrices}
        layers.append(layer)
    return dict(base, layers=layers)


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    for rank, index in enumerate(order):
        result[index] = rank
    return result


def plot(rows, path):
    """Scatter of measured over predicted KL, both logarithmic, with bands and the diagonal."""
    size, margin = 420, 56
    values = [v for row in rows for v in row]
    low, high = math.log(min(values) * 0.8), math.log(max(values) * 1.25)

    def place(value):
        return margin + (math.log(value) - low) / (high - low) * (size - margin - 16)

    def line(x0, y0, x1, y1, style):
        return f'<line x1="{x0:.1f}" y1="{size - y0:.1f}" x2="{x1:.1f}" y2="{size - y1:.1f}" {style}/>'

    edge = place(math.exp(high))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
             f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
             line(margin, margin, edge, edge, 'stroke="#888" stroke-dasharray="4 3"')]
    for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2):
        if low < math.log(tick) < high:
            at = place(tick)
            parts += [line(at, margin, at, edge, 'stroke="#e4e4e4"'),
                      line(margin, at, edge, at, 'stroke="#e4e4e4"'),
                      f'<text x="{at:.1f}" y="{size - margin + 16}" text-anchor="middle">{tick}</text>',
                      f'<text x="{margin - 6}" y="{size - at + 4:.1f}" text-anchor="end">{tick}</text>']
    for value, bottom, top, measured in rows:
        y = place(measured)
        parts += [line(place(bottom), y, place(top), y, 'stroke="#7aa2d6" stroke-width="2"'),
                  f'<circle cx="{place(value):.1f}" cy="{size - y:.1f}" r="4" fill="#1f5fae"/>']
    parts += [f'<text x="{size / 2}" y="{size - 14}" text-anchor="middle">predicted KL, nat</text>',
              f'<text transform="translate(16 {size / 2}) rotate(-90)" text-anchor="middle">'
              'measured KL, nat</text></svg>']
    with open(path, "w") as file:
        file.write("\n".join(parts) + "\n")


def report(rows):
    a, b = ranks([r[0] for r in rows]), ranks([r[3] for r in rows])
    print(f"Spearman {statistics.correlation(a, b):.4f}, median error "
          f"{statistics.median(abs(r[0] / r[3] - 1) for r in rows):.1%}, inside the band "
          f"{sum(r[1] <= r[3] <= r[2] for r in rows)}/{len(rows)}")


def call(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def metric(answer, name):
    """The metric of that name in an answer, whose metrics may be listed per run."""
    metrics = answer["metrics"]
    lists = [metrics] if isinstance(metrics, list) else metrics.values()
    return next(m for entries in lists for m in entries if m["name"] == name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cli")
    parser.add_argument("project", help="analyzed project")
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--mlp-width", type=int, default=1536)
    parser.add_argument("--kv-groups", type=int, default=3)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--kind", choices=["width", "mixed"], default="width")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=32768, help="calibration tokens of a run")
    parser.add_argument("--workload", default="faq", help="the one that was analyzed")
    parser.add_argument("--out", default="prediction.csv")
    options = parser.parse_args()

    generator = random.Random(options.seed)
    shape = {"mlp_width": options.mlp_width, "kv_groups": options.kv_groups}
    base = {"schema": 1, "calibration_tokens": options.tokens, "workload": options.workload}
    files, predicted = [], []
    for index in range(options.count):
        path = f"{options.out}.{index}.json"
        with open(path, "w") as file:
            json.dump(random_recipe(base, shape, generator, options), file)
        files.append(path)
        predicted.append(call([options.cli, "predict", "--project", options.project, "--recipe",
                               path, "--json"]))
    print(f"{options.count} recipes, kind {options.kind}, seed {options.seed}, "
          f"{options.tokens} calibration tokens", flush=True)
    rows = []
    for index, path in enumerate(files):
        start = time.time()
        run = call([options.cli, "compress", "--project", options.project, "--recipe", path,
                    "--name", f"prediction {options.kind} {index}", "--json"])
        measured = metric(run, "kl_mean")["value"]
        expected = metric(predicted[index], "kl_mean")
        value, half = expected["value"], expected["uncertainty"]
        low, high = value - half, value + half
        rows.append((value, low, high, measured))
        print(f"{index:2d} predicted {value:.4f} [{low:.4f}, {high:.4f}] measured {measured:.4f} "
              f"error {value / measured - 1:+.1%}  {time.time() - start:.0f} s", flush=True)
    with open(options.out, "w", newline="") as file:
        csv.writer(file).writerows([("predicted", "low", "high", "measured"), *rows])
    report(rows)
    plot(rows, options.out + ".svg")


if __name__ == "__main__":
    main()
