package diagnostic

import (
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// What HTTP/2 ends is said as what it is. Nothing of the server's own text is shown.
func TestExplainHTTP2(t *testing.T) {
	t.Parallel()
	const ended = "it ended the request before the response was complete (HTTP/2: "
	type row struct {
		answer       wire.Answer
		says, advice string
	}
	tokentest.EachInBubble(t, map[string]row{
		"reset":                   {wire.RST(http2.ErrCodeCancel), ended + "CANCEL)", "Try again"},
		"reset after the request": {wire.Then(wire.ReadBody, wire.RST(http2.ErrCodeInternal)), ended + "INTERNAL_ERROR)", "Try again"},
		"reset in the body": {
			wire.Then(wire.ReadBody, wire.Headers(200, false), wire.Data(false, "{"), wire.RST(http2.ErrCodeProtocol)), ended + "PROTOCOL_ERROR)", "Try again",
		},
		"HTTP/1.1 is wanted":           {wire.RST(http2.ErrCodeHTTP11Required), ended + "HTTP_1_1_REQUIRED)", "client_certificate_pem"},
		"reset, too much":              {wire.RST(http2.ErrCodeEnhanceYourCalm), ended + "ENHANCE_YOUR_CALM)", "request_headers"},
		"reset with a code of its own": {wire.RST(http2.ErrCode(0x6875)), ended + "an unknown code)", "Try again"},
		"refused":                      {wire.RST(http2.ErrCodeRefusedStream), "it refused the request", "Try again"},
		"GOAWAY of none, too much":     {wire.GoAway(wire.None, http2.ErrCodeEnhanceYourCalm, "hush"), ended + "ENHANCE_YOUR_CALM)", "request_headers"},
		"GOAWAY with a code of its own": {
			wire.GoAway(wire.None, http2.ErrCode(0x6875), "hush"), ended + "an unknown code)", "Try again",
		},
		"GOAWAY, and closed": {
			wire.Then(wire.GoAway(wire.This, http2.ErrCodeInternal, "hush"), wire.Close), ended + "INTERNAL_ERROR)", "Try again",
		},
		"GOAWAY that lies": {
			wire.Then(wire.GoAway(wire.This, http2.ErrCodeNo, "stream error: stream ID 1; hush; received from peer"), wire.Close), ended + "NO_ERROR)", "Try again",
		},
		"closed": {wire.Close, "it closed the connection", "Try again"},
	}, func(t *testing.T, tc row) {
		client := onWire(t, &wire.Server{Answers: []wire.Answer{tc.answer}}, "h2", 0)
		_, err := do(t, client, testExchange("https://"+wireHost+"/token"))
		e := wantError(t, err, token.KindUnreachable)
		if !strings.HasPrefix(e.Problem, tc.says) || !strings.Contains(e.Advice, tc.advice) || strings.Contains(e.Problem+e.Advice, "hush") {
			t.Errorf("error: %v", e)
		}
	})
}
