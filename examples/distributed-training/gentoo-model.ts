import { readPenguins } from '@tidemark-examples/penguins/data';

/** The weights of a logistic regression: for flipper and weight, and the bias. */
export type Weights = readonly number[];

/** A penguin as numbers: its features, and 1 for a Gentoo. */
export interface Sample {
  readonly features: readonly number[];
  readonly label: number;
}

/** Reads the penguins, with flipper and weight scaled to about zero. */
export async function readSamples(): Promise<Sample[]> {
  return (await readPenguins()).map((penguin) => ({
    features: [
      (penguin['Flipper Length (mm)'] - 200) / 14,
      (penguin['Body Mass (g)'] - 4200) / 800,
      1,
    ],
    label: penguin.Species.startsWith('Gentoo') ? 1 : 0,
  }));
}

/** The probability that a penguin is a Gentoo. */
export function predict(weights: Weights, { features }: Sample): number {
  const logit = features.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0);
  return 1 / (1 + Math.exp(-logit));
}

/** The mean loss over some penguins, and its gradient by the weights. */
export function lossAndGradient(
  weights: Weights,
  samples: readonly Sample[],
): { loss: number; gradient: number[] } {
  let loss = 0;
  const gradient = weights.map(() => 0);
  for (const sample of samples) {
    const chance = predict(weights, sample);
    loss -= Math.log(sample.label === 1 ? chance : 1 - chance) / samples.length;
    for (const [at, value] of sample.features.entries()) {
      gradient[at] = (gradient[at] ?? 0) + ((chance - sample.label) * value) / samples.length;
    }
  }
  return { loss, gradient };
}
