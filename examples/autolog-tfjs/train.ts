import { resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { autolog } from '@tidemark/autolog-tfjs';
import { readPenguins } from '@tidemark-examples/penguins/data';

// This line is all it takes. The rest is ordinary TensorFlow.js code.
autolog(tf, { experiment: 'penguin-mass' });

tf.enableProdMode();
const penguins = await readPenguins();
const flippers = tf.tensor2d(penguins.map((penguin) => [penguin['Flipper Length (mm)'] / 200]));
const masses = tf.tensor2d(penguins.map((penguin) => [penguin['Body Mass (g)'] / 4000]));

// A sweep: each fit becomes a separate run with its params, metrics and model.
for (const learningRate of [0.01, 0.1, 0.3]) {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });
  const { history } = await model.fit(flippers, masses, { epochs: 20, batchSize: 32, verbose: 0 });
  console.log(`learning rate ${learningRate}: loss ${Number(history.loss?.at(-1)).toFixed(4)}`);
}
console.log(`The three runs are in ${resolve('tidemark')}. Look at them there with:`);
console.log('  npx tidemark runs --experiment penguin-mass');
