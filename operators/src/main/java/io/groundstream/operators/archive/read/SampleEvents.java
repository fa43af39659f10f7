package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.ImageIds.Choice;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.schemas.text.Texts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Creates events from the samples of a shard. For one thread. */
final class SampleEvents {
  /** The attribute names of text and class sidecars, by suffix. */
  private static final Map<String, String> NAMES = Map.of("txt", "text", "cls", "cls");

  private static final int LONGEST_POSITION = 4096;
  private static final int LONGEST_SHOWN = 200;

  private final EventMaker events;
  private final ReadContext context;
  private EventNotes pending = new EventNotes();

  SampleEvents(ArchiveUnit unit, ReadContext context) {
    this.events = new EventMaker(unit);
    this.context = context;
  }

  /** Returns the failure of the shard as a whole. */
  EventRecord ofShard(OperatorErrorCode code, String message) {
    return events.failure(code, null, "", "", message);
  }

  /** Returns the failure of an entry that does not belong to a sample. */
  EventRecord ofEntry(TarEntry entry, OperatorErrorCode code, String message) {
    return events.failure(code, null, position(entry), where(entry), message);
  }

  /**
   * Returns the event or the failure of an image.
   *
   * @param sidecars the image's sidecars, in the order of the shard
   */
  EventRecord ofImage(SampleEntry image, List<SampleEntry> sidecars) {
    TarEntry entry = image.entry();
    if (image.name().isMissing()) {
      return ofEntry(entry, OperatorErrorCode.KEY_MISSING, image.message());
    }
    if (image.choice() == Choice.DUPLICATE) {
      return ofEntry(
          entry,
          OperatorErrorCode.DUPLICATE_KEY,
          "its name came before in this shard (expected: once)");
    }
    String imageId =
        events.stem()
            + "/"
            + image.name().stem()
            + (image.choice() == Choice.NAME ? "." + image.name().suffix() : "");
    String position = position(entry);
    // A shortened name is not an identifier.
    ImageEvent event =
        position.equals(entry.name()) ? events.event(position, imageId).build() : null;
    byte[] bytes = image.bytes();
    if (bytes == null || event == null) {
      OperatorErrorCode code = image.code();
      return events.failure(
          code == null ? OperatorErrorCode.ENTRY_UNSUPPORTED : code,
          event,
          position,
          where(entry),
          image.message());
    }
    attributes(sidecars).putInto(event);
    event.setImageBytes(ByteBuffer.wrap(bytes));
    return events.record(event, position, entry.modificationTime());
  }

  /** Returns the failure of sidecars without an image. */
  EventRecord ofMissingImage(SampleEntry sidecar) {
    return ofEntry(
        sidecar.entry(),
        OperatorErrorCode.PICTURE_MISSING,
        "no image of its name within archive.look-around (expected: one, before or after it; see"
            + " archive.picture-suffixes)");
  }

  private Attributes attributes(List<SampleEntry> sidecars) {
    Attributes attributes = new Attributes(context.settings());
    for (String suffix : EntryName.SIDECARS) {
      boolean isFirst = true;
      for (SampleEntry sidecar : sidecars) {
        if (!sidecar.name().suffix().equals(suffix)) {
          continue;
        }
        String file = fileName(sidecar.entry());
        byte[] bytes = sidecar.bytes();
        String name = NAMES.get(suffix);
        if (!isFirst) {
          attributes.omit(file, NoteCode.SIDECAR_INVALID, "its name came before (expected: once)");
        } else if (bytes == null) {
          attributes.omit(file, NoteCode.SIDECAR_INVALID, sidecar.message());
        } else if (name == null) {
          attributes.addJsonFile(file, bytes);
        } else {
          attributes.addTextFile(file, name, bytes);
        }
        isFirst = false;
      }
    }
    FolderAttributes.addTo(attributes, events.fileName());
    return attributes;
  }

  /** Records a note for the next event. */
  void note(NoteCode code, TarEntry entry) {
    pending.add(code.code(), events.place(shown(entry.name())));
  }

  /** Adds the recorded notes to an event. */
  void addNotes(EventRecord event) {
    if (pending.isEmpty()) {
      return;
    }
    EventNotes notes = event.getNotes();
    if (notes == null) {
      event.setNotes(pending);
    } else {
      notes.addAll(pending);
    }
    pending = new EventNotes();
  }

  private static String fileName(TarEntry entry) {
    return entry.name().substring(entry.name().lastIndexOf('/') + 1);
  }

  private static String position(TarEntry entry) {
    String name = entry.name();
    return name.length() > LONGEST_POSITION ? shown(name) : name;
  }

  private static String where(TarEntry entry) {
    String name = entry.name();
    return "entry " + entry.number() + " (" + shown(name) + ")";
  }

  static String shown(String name) {
    return Texts.shortened(name, LONGEST_SHOWN);
  }
}
