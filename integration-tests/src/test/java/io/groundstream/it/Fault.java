package io.groundstream.it;

/** A fault that {@link FaultHarness} injects into a running job. Every kill is a SIGKILL. */
enum Fault {
  TASK_MANAGER("a task manager is killed at any moment"),
  TASK_MANAGER_IN_CHECKPOINT("a task manager is killed during a checkpoint"),
  TASK_MANAGER_BEFORE_COMMIT(
      "a task manager is killed between a checkpoint and the commit of its transaction"),
  TASK_MANAGERS_IN_A_ROW(
      "three task managers are killed one after the other, while the job recovers"),
  JOB_MANAGER("the job manager is killed, and another one started"),
  BROKER("a broker is killed, and started again"),
  BROKER_AND_TASK_MANAGER("a broker and a task manager are killed together"),
  CONNECTION_CUT("all connections to the brokers are cut for seconds"),
  CONNECTION_CUT_IN_COMMIT("the connection is cut over which a transaction is committed"),
  CONNECTION_SLOW("every request to the brokers, and every answer, takes its time"),
  INFERENCE_FAILS("every inference fails"),
  INFERENCE_HANGS("no inference comes to an end; a task manager may be killed meanwhile"),
  INFERENCE_OUT_OF_MEMORY("the model's device, or the process, has too little memory"),
  QUEUE_FULL("more events than all queues hold come at once, and a task manager is killed"),
  SAVEPOINT_RESCALED("the job goes on from a savepoint with another parallelism"),
  SAVEPOINT_OTHER_MODEL("the job goes on from a savepoint with another checkpoint of the model"),
  SAVEPOINT_OTHER_SCHEMA(
      "the job goes on from a savepoint with, or without, one more output field");

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
