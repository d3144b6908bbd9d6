package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// A path to the message that finds an empty text hides no message beside it.
func TestEmptyMessageHidesNone(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Response.Error = answer.MustPath("detail")
	for body, want := range map[string]string{
		`{"detail":"","error_description":"the account is locked"}`:    "the account is locked",
		`{"detail":null,"error_description":"the account is locked"}`:  "the account is locked",
		`{"detail":"no seat","error_description":"the account is ok"}`: "no seat",
	} {
		_, err := readAnswer(x, http.StatusForbidden, token.ContentTypeJSON, body)
		if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != want {
			t.Errorf("%s: it says %q", body, e.VendorMessage)
		}
	}
}

// What more to do is said of an object without a token, and of nothing else.
func TestOtherAnswer(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.OtherAnswer = " Describe it."
	for body, isSaid := range map[string]bool{`{"accessToken":"fake"}`: true, `{}`: false, `[]`: false, `<html>`: false} {
		_, err := readAnswer(x, http.StatusOK, token.ContentTypeJSON, body)
		if e := wantError(t, err, token.KindAnswer); strings.HasSuffix(e.Advice, " Describe it.") != isSaid {
			t.Errorf("%s: the advice is %q", body, e.Advice)
		}
	}
}
