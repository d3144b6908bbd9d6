package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Of a header that comes twice with different values, none is taken.
func TestHeaderThatComesTwice(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Tok": {"fake-1", "fake-2"}, "X-Ttl": {"60", "3600"}, "X-Region": {"eu", "us"}}
	_, err := readFixed(t, token.Response{Token: answer.MustPath("header:X-Tok")}, header, "{}")
	if e := wantError(t, err, token.KindAnswer); !strings.Contains(e.Problem, `there is a header twice, with different values, at "header:X-Tok"`) {
		t.Errorf("it says %s", e.Problem)
	}
	issued, err := readFixed(t, token.Response{
		Token: answer.MustPath("token"), ExpiresIn: answer.MustPath("header:x-ttl"), ExpiresAt: answer.MustPath("header:x-ttl"), Outputs: map[string]answer.Path{"region": answer.MustPath("header:X-Region")},
	}, header, `{"token":"fake"}`)
	if err != nil {
		t.Fatal(err)
	}
	wantNotes(t, issued, map[string]string{
		"expires_in":     `what is at "header:x-ttl" comes twice, with different values,`,
		"expires_at":     `what is at "header:x-ttl" comes twice, with different values,`,
		"outputs.region": `there is a header twice, with different values, at "header:X-Region"`,
	})
	if !issued.ExpiresAt.IsZero() || len(issued.Outputs) > 0 {
		t.Errorf("it took %v", issued.ExpiresAt)
	}
}

// A header that comes twice with the same value, or once with none, is one.
func TestHeaderThatSaysTheSameTwice(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Tok": {"fake-1", " fake-1"}, "X-Ttl": {"", "60"}}
	issued, err := readFixed(t, token.Response{Token: answer.MustPath("header:X-Tok"), ExpiresIn: answer.MustPath("header:x-ttl")}, header, "{}")
	if err != nil || issued.AccessToken.Reveal() != "fake-1" || len(issued.Notes) > 0 {
		t.Fatalf("got %v", err)
	}
	if lifetime, _ := issued.Lifetime(); lifetime != time.Minute {
		t.Errorf("it lives for %s", lifetime)
	}
}

// What comes twice is told as that, wherever it is, and so is what makes too much of
// an answer.
func TestKeyThatComesTwice(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"token":"fake","at":60,"at":7200}`, "token=fake&at=60&at=7200"} {
		issued, err := readFixed(t, token.Response{Token: answer.MustPath("token"), TokenType: answer.MustPath("at"), ExpiresIn: answer.MustPath("at"), ExpiresAt: answer.MustPath("at")}, nil, body)
		if err != nil {
			t.Fatal(err)
		}
		wantNotes(t, issued, map[string]string{
			"expires_in": `what is at "at" comes twice, with different values,`,
			"expires_at": `what is at "at" comes twice, with different values,`,
			"token_type": `there is a key twice at "at"`,
		})
	}
}

// wantNotes fails unless there is a note for each setting, with that problem.
func wantNotes(t *testing.T, issued *token.Token, want map[string]string) {
	t.Helper()
	x := testExchange(tokenURL)
	x.Describe = true
	notes := notesOn(x, issued)
	if len(notes) != len(want) {
		t.Errorf("%d notes, want %d", len(notes), len(want))
	}
	for _, note := range notes {
		if note.Problem != want[note.Setting] {
			t.Errorf("%s: %s, want %s", note.Setting, note.Problem, want[note.Setting])
		}
	}
}
