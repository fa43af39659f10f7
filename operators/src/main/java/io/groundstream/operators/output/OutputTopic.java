package io.groundstream.operators.output;

/** The kinds of records that a job writes: its topics, or its folders. */
public enum OutputTopic {
  /** One record for each event. */
  IMAGES("images"),
  /** One record for each phrase. */
  PHRASES("phrases"),
  /** One record for each failed event or request. */
  DEAD_LETTERS("dead-letters");

  private final String folder;

  OutputTopic(String folder) {
    this.folder = folder;
  }

  /** Returns the folder of its files, within that of all results. */
  public String folder() {
    return folder;
  }
}
