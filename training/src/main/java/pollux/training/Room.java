package pollux.training;

final class Room {
  private Room() {}
}
