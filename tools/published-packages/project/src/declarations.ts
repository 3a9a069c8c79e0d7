// Checked without skipLibCheck: the declarations of packages that have no host library in their types.
export type * from '@tidemark/client';
export type * from '@tidemark/core';
export type * from '@tidemark/core/node';
export type * from '@tidemark/environment';
export type * from '@tidemark/mlflow';
