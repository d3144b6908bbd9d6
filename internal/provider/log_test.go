package provider_test

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// The engine's log reaches the CLI's log with its levels and fields.
func TestEngineLog(t *testing.T) {
	for reason, order := range map[string]func(b *box){
		"":                  func(*box) {}, // the request succeeds
		"503":               func(b *box) { b.OrderAlways("emtech", sandbox.Status(503)) },
		"connection closed": func(b *box) { b.OrderAlways("emtech", sandbox.Cut()) },
	} {
		b := newBox(t)
		order(b)
		block := b.sets("emtech")
		block["transport"] = object{"max_retries": 1, "retry_max_wait": "1ms"}
		p := configured(t, block)
		var log bytes.Buffer
		p.ask(tflogtest.RootLogger(t.Context(), &log), dataSource, "emtech", nil)
		lines := clitest.Must(tflogtest.MultilineJSONDecode(&log))(t)
		u := clitest.Must(url.Parse(b.web.URL))(t)
		asking := map[string]any{
			"@level": "debug", "@message": "asking the token endpoint", "@module": "provider",
			"service": "emtech", "credentials": "default", "host": u.Host,
		}
		again := map[string]any{
			"@level": "info", "@message": "no token yet", "@module": "provider",
			"service": "emtech", "credentials": "default", "reason": reason, "wait": "0.001s",
		}
		want := []map[string]any{asking, again, asking} // after the last attempt there is nothing to wait for
		if reason == "" {
			want = want[:1]
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	}
}
