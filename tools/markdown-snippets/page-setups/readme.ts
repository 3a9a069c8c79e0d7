import { mkdirSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

// A training, which the page leaves to the reader.
declare global {
  var model: tf.Sequential;
  var x: tf.Tensor;
  var y: tf.Tensor;
  var trainOneEpoch: () => number;
}

globalThis.model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
globalThis.model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
globalThis.x = tf.tensor2d([[1], [2], [3]]);
globalThis.y = globalThis.x.mul(2);

let loss = 1;
globalThis.trainOneEpoch = () => {
  loss *= 0.9;
  return loss;
};
mkdirSync('plots');
writeFileSync('plots/loss.csv', 'step,loss\n0,1\n');
