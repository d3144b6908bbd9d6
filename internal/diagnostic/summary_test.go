package diagnostic

import (
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Each kind of error has a summary of its own.
func TestSummaries(t *testing.T) {
	kinds := map[string]token.Kind{}
	for kind := token.KindURL; kind <= token.KindCancelled; kind++ {
		if other, isTaken := kinds[summaries[kind]]; summaries[kind] == "" || isTaken {
			t.Errorf("kind %d has the summary %q, as has %d", kind, summaries[kind], other)
		}
		kinds[summaries[kind]] = kind
	}
}
