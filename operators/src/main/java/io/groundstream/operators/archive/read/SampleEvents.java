package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.PictureIds.Choice;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.schemas.text.Texts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Makes events of the samples of a tar shard. For one thread. */
final class SampleEvents {
  /** The attributes that text and class become. */
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

  /** Returns what stands for something wrong with the shard as a whole. */
  EventRecord ofShard(OperatorErrorCode code, String message) {
    return events.failure(code, null, "", "", message);
  }

  /** Returns what stands for something wrong with an entry that belongs to no sample. */
  EventRecord ofEntry(TarEntry entry, OperatorErrorCode code, String message) {
    return events.failure(code, null, position(entry), where(entry), message);
  }

  /**
   * Returns what a picture becomes.
   *
   * @param sidecars those of the picture, in the order of the shard
   */
  EventRecord ofPicture(SampleEntry picture, List<SampleEntry> sidecars) {
    TarEntry entry = picture.entry();
    if (picture.name().isMissing()) {
      return ofEntry(entry, OperatorErrorCode.KEY_MISSING, picture.message());
    }
    if (picture.choice() == Choice.DUPLICATE) {
      return ofEntry(
          entry,
          OperatorErrorCode.DUPLICATE_KEY,
          "its name came before in this shard (expected: once)");
    }
    String imageId =
        events.stem()
            + "/"
            + picture.name().stem()
            + (picture.choice() == Choice.NAME ? "." + picture.name().suffix() : "");
    String position = position(entry);
    // What is shortened is no identifier.
    ImageEvent event =
        position.equals(entry.name()) ? events.event(position, imageId).build() : null;
    byte[] bytes = picture.bytes();
    if (bytes == null || event == null) {
      OperatorErrorCode code = picture.code();
      return events.failure(
          code == null ? OperatorErrorCode.ENTRY_UNSUPPORTED : code,
          event,
          position,
          where(entry),
          picture.message());
    }
    attributes(sidecars).putInto(event);
    event.setImageBytes(ByteBuffer.wrap(bytes));
    return events.record(event, position, entry.modificationTime());
  }

  /** Returns what stands for sidecars without a picture. */
  EventRecord ofMissingPicture(SampleEntry sidecar) {
    return ofEntry(
        sidecar.entry(),
        OperatorErrorCode.PICTURE_MISSING,
        "no picture of its name within archive.look-around (expected: one, before or after it; see"
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

  /** Remembers a side matter, for the event that comes next. */
  void note(NoteCode code, TarEntry entry) {
    pending.add(code.code(), events.place(shown(entry.name())));
  }

  /** Puts what was remembered into an event. */
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
