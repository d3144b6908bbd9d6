package said

// Unjudged returns the text as it came. It is for the one place that judges it.
func (f Foreign) Unjudged() string { return f.raw() }
