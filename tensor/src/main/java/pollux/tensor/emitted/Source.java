package pollux.tensor.emitted;

/** What a vector instruction reads last: a register or memory. */
sealed interface Source permits Vec, Mem {}
