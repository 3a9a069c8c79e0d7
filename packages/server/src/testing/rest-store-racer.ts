import { openRestStore } from '@tidemark/mlflow';
import { race } from '@tidemark/test-kit/racer';

await race((uri) => openRestStore({ uri }));
