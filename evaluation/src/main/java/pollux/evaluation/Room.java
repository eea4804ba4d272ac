package pollux.evaluation;

final class Room {
  private Room() {}
}
