package transport

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// zippedParts returns each text in gzip, one behind the other.
func zippedParts(tb testing.TB, texts ...[]byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	for _, text := range texts {
		zip := gzip.NewWriter(&out)
		if _, err := zip.Write(text); err != nil {
			tb.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	text := []byte(`{"a":"ü"}`)
	once := zippedParts(t, text)
	twice := zippedParts(t, once)
	damaged := bytes.Clone(once)
	damaged[len(damaged)-6] ^= 1
	noise := make([]byte, largestResponse/2+1)
	_, _ = rand.Read(noise) // it never fails
	for name, tc := range map[string]struct {
		body      []byte
		encodings []string
		want      []byte
		err       error
	}{
		"as it is":              {text, nil, text, nil},
		"nothing":               {nil, []string{"gzip"}, nil, nil},
		"gzip":                  {once, []string{"gzip"}, text, nil},
		"gzip, not called so":   {once, nil, text, nil},
		"called gzip":           {text, []string{"GZIP"}, text, nil},
		"twice":                 {twice, []string{"gzip", "gzip"}, text, nil},
		"three times":           {zippedParts(t, twice), nil, once, nil},
		"in parts":              {zippedParts(t, text[:3], nil, text[3:]), nil, text, nil},
		"something behind":      {append(bytes.Clone(once), "\x00\x00fake"...), nil, text, nil},
		"half":                  {once[:len(once)/2], nil, nil, io.ErrUnexpectedEOF},
		"half a head":           {once[:2], nil, nil, io.ErrUnexpectedEOF},
		"a wrong checksum":      {damaged, nil, nil, ErrCompressed},
		"another method":        {append([]byte("\x1f\x8b\x07"), once[3:]...), nil, nil, ErrCompressed},
		"too much":              {zippedParts(t, make([]byte, largestResponse+1)), nil, nil, ErrTooLarge},
		"too much in parts":     {zippedParts(t, noise, noise), nil, nil, ErrTooLarge},
		"all that may be":       {zippedParts(t, make([]byte, largestResponse)), nil, make([]byte, largestResponse), nil},
		"Brotli":                {[]byte("\x8b\x03\x80fake"), []string{"identity, BR"}, nil, ErrCompressed},
		"called Brotli":         {text, []string{"br"}, text, nil},
		"binary, and no Brotli": {[]byte("\xfc"), []string{"gzip"}, []byte("\xfc"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := unpack(tc.body, isPackedOtherwise(tc.encodings...))
			if !errors.Is(err, tc.err) || !bytes.Equal(got, tc.want) {
				t.Errorf("%d bytes, error %v", len(got), err)
			}
		})
	}
}

// FuzzUnpack is about what a server may send as a body: no panic, and not more
// than an answer may be; what was packed comes out.
func FuzzUnpack(f *testing.F) {
	for _, text := range []string{"", "{}", "\x1f\x8b", strings.Repeat("x", 1000)} {
		f.Add([]byte(text), "gzip", uint(0))
		f.Add(zippedParts(f, []byte(text)), "br", uint(1))
		f.Add(zippedParts(f, zippedParts(f, []byte(text), []byte(text))), "", uint(20))
	}
	f.Fuzz(func(t *testing.T, body []byte, encoding string, cut uint) {
		if len(body) > largestResponse {
			return
		}
		if got, err := unpack(body, isPackedOtherwise(encoding)); len(got) > largestResponse || err != nil && got != nil {
			t.Errorf("%d bytes, error %v", len(got), err)
		}
		checkPacked(t, body, cut)
	})
}

// checkPacked checks that what is packed in two parts comes out, and not more
// where the end is cut off.
func checkPacked(t *testing.T, body []byte, cut uint) {
	t.Helper()
	want := append(bytes.Clone(body), body[:len(body)/2]...)
	if isGzip(want) || len(want) > largestResponse {
		return
	}
	packed := zippedParts(t, body, body[:len(body)/2])
	if got, err := unpack(packed, false); err != nil || !bytes.Equal(got, want) {
		t.Errorf("what was packed does not come out: %v", err)
	}
	left := len(packed) - int(min(cut, uint(len(packed))))
	if got, err := unpack(packed[:left], false); err == nil && left > 1 && !bytes.HasPrefix(want, got) {
		t.Errorf("more comes out than was packed: %d bytes", len(got))
	}
}

func isPackedOtherwise(encodings ...string) bool {
	return answer.NewHeader(http.Header{"Content-Encoding": encodings}).IsPackedOtherwise()
}
