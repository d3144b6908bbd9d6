package tokentest

import "testing"

// A crowd in which nobody has asked is not what its plans say.
func TestCrowdChecks(t *testing.T) {
	t.Parallel()
	for _, m := range NewCrowd(1).Members {
		if m.Check() == nil {
			t.Errorf("%s is content", m.Name)
		}
	}
}
