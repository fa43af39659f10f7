package io.groundstream.it;

/** What {@link FaultHarness} does to a running job. Every kill is a SIGKILL. */
enum Fault {
  TASK_MANAGER("a task manager is killed at any moment"),
  TASK_MANAGER_IN_CHECKPOINT("a task manager is killed during a checkpoint"),
  TASK_MANAGER_BEFORE_COMMIT(
      "a task manager is killed between a checkpoint and the commit of its transaction"),
  TASK_MANAGERS_IN_A_ROW(
      "three task managers are killed one after the other, while the job recovers"),
  JOB_MANAGER("the job manager is killed, and another one started"),
  BROKER("the broker is killed, and started again"),
  BROKER_AND_TASK_MANAGER("the broker and a task manager are killed together");

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
