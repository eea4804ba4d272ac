package pollux.model;

import java.util.List;

/** One turn of a conversation. */
public record Message(Role role, List<Part> parts) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    MODEL
  }

  public Message {
    parts = List.copyOf(parts);
  }

  public static Message user(Part... parts) {
    return new Message(Role.USER, List.of(parts));
  }

  public static Message model(Part... parts) {
    return new Message(Role.MODEL, List.of(parts));
  }
}
