/** The tag that mirrors a run's name, as in MLflow (utils/mlflow_tags.py, MLFLOW_RUN_NAME). */
export const RUN_NAME_TAG = 'mlflow.runName';

/** The tag with the id of a nested run's parent (MLFLOW_PARENT_RUN_ID). */
export const PARENT_RUN_TAG = 'mlflow.parentRunId';
