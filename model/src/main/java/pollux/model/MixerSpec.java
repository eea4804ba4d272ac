package pollux.model;

/** What carries something from one position to another. */
public sealed interface MixerSpec permits AttentionSpec, LightningSpec {}
