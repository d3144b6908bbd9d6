package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// An answer may repeat its own tokens, outputs and cookies in its message.
func TestAnswerRepeatsItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, says string }{
		"a refresh token":    {`{"refresh_token":"fake-refresh-0815","error_description":"no fake-refresh-0815 here"}`, "no H here"},
		"an ID token":        {`{"data":{"id_token":"fake-id-token-4711"},"message":"no fake-id-token-4711 here"}`, "no H here"},
		"an output":          {`{"data":{"s":"fake-session-1234"},"message":"no FAKE-SESSION-1234 here"}`, "no H here"},
		"a cookie":           {`{"message":"no fake-cookie-99-value here"}`, "no H here"},
		"a token elsewhere":  {`{"Items":[{"sessionToken":"fake0abcdef123456"}],"message":"fake0abcdef123456 is locked"}`, "H is locked"},
		"its message":        {`{"message":"the session of Local is locked","token":"is missing"}`, "the session of Local is locked"},
		"its code":           {`{"error":"invalid_token","error_description":"Token: required, in eu-west-1","data":{"region":"eu-west-1"}}`, "invalid_token: Token: required, in eu-west-1"},
		"what is not secret": {`{"scope":"read:things","token_type":"Bearer","message":"read:things needs Bearer"}`, "read:things needs Bearer"},
	} {
		x := testExchange(tokenURL)
		x.Response.Outputs = map[string]answer.Path{"session": answer.MustPath("data.s"), "region": answer.MustPath("data.region"), "why": answer.MustPath("message")}
		x.Response.Fields = map[string]answer.Path{"scope": answer.MustPath("scope"), "refresh_token": answer.MustPath("refresh_token")}
		a := newAnswer(x, http.StatusUnauthorized, http.Header{"Set-Cookie": {"SID=fake-cookie-99-value; Path=/"}}, []byte(c.body), time.Unix(1_700_000_000, 0))
		_, err := read(x, a)
		if e := wantError(t, err, token.KindRefused); strings.ReplaceAll(string(e.VendorMessage), said.Hidden, "H") != c.says {
			t.Errorf("%s: the message is %q, want %q", name, e.VendorMessage, c.says)
		}
	}
}
