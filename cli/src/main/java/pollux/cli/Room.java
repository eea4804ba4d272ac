package pollux.cli;

final class Room {
  private Room() {}
}
