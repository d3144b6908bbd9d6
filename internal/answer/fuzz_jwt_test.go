package answer

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzDecodeJWT(f *testing.F) {
	f.Add("e30.e30.")
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.sig")
	f.Add("eyJhbGciOiJub25lIn0.eyJleHAiOjFlNDAwLCJuIjoxMjM0NTY3ODkwMTIzNDU2Nzg5MH0.")
	f.Fuzz(func(t *testing.T, raw string) {
		if expiry := JWTExpiry(raw); !expiry.IsZero() && (expiry.Year() > 9999 || expiry.Unix() < 0) {
			t.Errorf("expiry %s", expiry)
		}
		header, claims, err := DecodeJWT(raw)
		if err != nil {
			if strings.Contains(err.Error(), raw) && len(raw) > 8 {
				t.Errorf("the error repeats the JWT: %v", err)
			}
			return
		}
		// The decoded JWT, encoded again, is read as the same JWT.
		again := encodeJWTPart(t, header) + "." + encodeJWTPart(t, claims) + "."
		header2, claims2, err := DecodeJWT(again)
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		if diff := cmp.Diff([]any{header, claims}, []any{header2, claims2}); diff != "" {
			t.Error(diff)
		}
	})
}

func encodeJWTPart(t *testing.T, part map[string]any) string {
	t.Helper()
	encoded, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(encoded)
}
