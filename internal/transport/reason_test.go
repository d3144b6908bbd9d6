package transport_test

import (
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Each reason of a failure has a name of its own in a log.
func TestReasonNames(t *testing.T) {
	taken := map[string]bool{}
	for _, reason := range []transport.Reason{
		transport.ReasonUnknown, transport.ReasonLookup, transport.ReasonTimeout, transport.ReasonConnection, transport.ReasonClosed,
		transport.ReasonSentOnce, transport.ReasonNoStream, transport.ReasonTooLarge, transport.ReasonCompressed, transport.ReasonRule,
		transport.ReasonReset, transport.ReasonHTTP2, transport.ReasonNotTLS, transport.ReasonTLS, transport.ReasonAlert, transport.ReasonOldTLS,
		transport.ReasonCipher, transport.ReasonRenegotiation, transport.ReasonNoAuthorities, transport.ReasonUnreadableCertificate,
		transport.ReasonUntrusted, transport.ReasonUnknownAuthority, transport.ReasonSelfSigned, transport.ReasonInsecureSignature, transport.ReasonUnknownSignature,
		transport.ReasonNoAuthority, transport.ReasonWrongKey, transport.ReasonBadAuthority, transport.ReasonProxyVariable,
		transport.ReasonProxyRefusal, transport.ReasonProxy, transport.ReasonSOCKS,
	} {
		name := reason.String()
		if name == "" || taken[name] {
			t.Errorf("a reason is called %q, as is another", name)
		}
		taken[name] = true
	}
}
