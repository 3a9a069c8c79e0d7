"""The runs that each tracker writes, and the questions that each answers, for peers.bench.ts."""

import json
import math
import sys
import time

RUNS = 40
STEPS = 2500
EXPERIMENTS = 4
LEAST_LR = 0.1
BEST = 10
BINS = 20


def experiment_of(run):
    return f"experiment-{run % EXPERIMENTS}"


def lr_of(run):
    return (run + 1) / 100


def loss_of(run, step):
    return math.exp(-step / (100 + run)) + (run * 7919 + step * 104729) % 1000 / 1e5


class Answers:
    """The answers, from the points of one run after the other."""

    def __init__(self):
        self.best = {}
        self.sums = [0.0] * STEPS
        self.counts = [0] * STEPS
        self.lowest = []
        self.bins = [0] * BINS

    def add(self, experiment, name, lr, steps, values):
        least = min(values)
        if experiment not in self.best or least < self.best[experiment][0]:
            self.best[experiment] = (least, name)
        if lr >= LEAST_LR:
            self.lowest.append((least, name))
        for step, value in zip(steps, values):
            self.sums[step] += value
            self.counts[step] += 1
            self.bins[min(BINS - 1, int(value * 10))] += 1

    def told(self):
        return {
            "bestRuns": [self.best[name][1] for name in sorted(self.best)],
            "curveSum": sum(total / count for total, count in zip(self.sums, self.counts)),
            "lowest": [name for _, name in sorted(self.lowest)[:BEST]],
            "histogram": self.bins,
        }


def main(write, ask):
    """Runs `write(folder)` or `ask(folder)`, and prints the seconds after the imports, and the answers."""
    act, folder = sys.argv[1:3]
    start = time.perf_counter()
    answers = write(folder) if act == "write" else ask(folder)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "answers": answers}))
