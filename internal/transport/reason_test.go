package transport_test

import (
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Each reason of a failure has a name of its own in a log.
func TestReasonNames(t *testing.T) {
	reasons := map[string]transport.Reason{}
	for reason := transport.ReasonUnknown; reason <= transport.ReasonSOCKS; reason++ {
		name := reason.String()
		if other, isTaken := reasons[name]; name == "" || isTaken {
			t.Errorf("reason %d is called %q, as is %d", reason, name, other)
		}
		reasons[name] = reason
	}
}
