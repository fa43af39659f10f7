package io.groundstream.operators.output;

/** The kinds of records that a job writes, each to a topic or folder of its own. */
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

  /** Returns the folder of its files, within the folder of all results. */
  public String folder() {
    return folder;
  }
}
