package pollux.generation;

final class Room {
  private Room() {}
}
