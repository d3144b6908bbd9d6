package sandbox

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// prover is who makes the proofs of a request.
type prover struct {
	now   time.Time
	key   any    // of a JWT by a private key
	wrong string // follows each secret
	inner string // the token of the row After
}

// honest returns the one whose proofs are accepted.
func honest(t *testing.T, s *Server, row Row) prover {
	t.Helper()
	p := prover{now: s.now(), key: s.key()}
	if row.After != "" {
		before := s.endpoint(row.After)
		p.inner = must(s.issue(before, Client{}, Fault{}, "")).token
	}
	return p
}

// resolved returns a row with values in the place of all placeholders for proofs.
func resolved(t *testing.T, s *Server, row Row) Row {
	t.Helper()
	return honest(t, s, row).resolve(t, row)
}

func (p prover) resolve(t *testing.T, row Row) Row {
	t.Helper()
	row = row.fillInner(p.inner)
	proofs := p.proofs(t, row)
	put := func(text string) string { return fillWords(text, proofs) }
	row.Basic, row.Header, row.Query = put(row.Basic), each(row.Header, put), each(row.Query, put)
	row.Body = encode(row, filled(bodyOf(t, row), put))
	row.After, row.HMAC, row.TOTP, row.JWT = "", nil, nil, nil
	return row
}

// proofs returns the proofs of a row by their placeholders.
func (p prover) proofs(t *testing.T, row Row) map[string]string {
	t.Helper()
	found := map[string]string{"UUID": "5f0c7a52-6a0e-4a55-9d9b-3f1f0c8f4d11", "RFC3339": p.now.UTC().Format(time.RFC3339)}
	found["UNIX"], found["MILLIS"] = strconv.FormatInt(p.now.Unix(), 10), strconv.FormatInt(p.now.UnixMilli(), 10)
	if row.TOTP != nil {
		found["TOTP"] = row.TOTP.at(p.now)
	}
	if row.JWT != nil {
		found["JWT"] = p.sign(t, *row.JWT)
	}
	if row.HMAC != nil {
		signature := *row.HMAC
		signature.Key += p.wrong
		found["HMAC"] = signature.sign(found)
	}
	return found
}

// sign returns the JWT that a row requires.
func (p prover) sign(t *testing.T, want Assertion) string {
	t.Helper()
	key := p.key
	if want.Secret != "" {
		key = []byte(want.Secret + p.wrong)
	}
	options := &jose.SignerOptions{}
	for name, value := range want.Header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: cmp.Or(want.Algorithm, jose.RS256), Key: key}, options))
	return must(jwt.Signed(signer).Claims(want.Claims).Claims(jwt.Claims{Expiry: jwt.NewNumericDate(p.now.Add(time.Minute))}).Serialize())
}

// disproved returns the row with values that are wrong for each kind of proof.
func disproved(t *testing.T, s *Server, row Row) []Row {
	t.Helper()
	var rows []Row
	wrong := func(change func(p *prover)) {
		p := honest(t, s, row)
		change(&p)
		rows = append(rows, p.resolve(t, row))
	}
	if row.HMAC != nil || row.JWT != nil && row.JWT.Secret != "" {
		wrong(func(p *prover) { p.wrong = "x" })
	}
	if row.JWT != nil {
		wrong(func(p *prover) { p.key = must(rsa.GenerateKey(rand.Reader, rsaBits)); p.wrong = "x" })
	}
	if row.TOTP != nil || row.JWT != nil {
		wrong(func(p *prover) { p.now = p.now.Add(-time.Hour) })
	}
	if strings.Contains(fmt.Sprint(row.Path, row.Basic, row.Query, row.Header, row.Body, row.HMAC), "INNER") { // and not only what the API expects
		wrong(func(p *prover) { p.inner = "fake-unknown" })
	}
	return rows
}

// The vectors of RFC 6238, appendix B.
func TestTOTP(t *testing.T) {
	const digits20 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	cases := []struct {
		totp TOTP
		unix int64
		want string
	}{
		{TOTP{Secret: digits20, Digits: 8}, 59, "94287082"},
		{TOTP{Secret: digits20, Digits: 8}, 1111111109, "07081804"},
		{TOTP{Secret: digits20}, 59, "287082"},
		{TOTP{Secret: digits20 + digits20[:20], Digits: 8, Hash: crypto.SHA256}, 59, "46119246"},
		{TOTP{Secret: digits20, Digits: 8, Period: time.Minute}, 119, "94287082"},
	}
	for _, c := range cases {
		if got := c.totp.at(time.Unix(c.unix, 0)); got != c.want {
			t.Errorf("%+v at %d: got %s", c.totp, c.unix, got)
		}
		now := time.Unix(c.unix, 0)
		if !c.totp.fits(c.want, now.Add(c.totp.period())) || c.totp.fits(c.want, now.Add(2*c.totp.period())) {
			t.Errorf("%+v at %d: it does not fit the periods beside its own, or fits more", c.totp, c.unix)
		}
	}
}

// The second vector of RFC 4231, in each encoding, and one with proofs in its message.
func TestHMAC(t *testing.T) {
	const sum = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	signature := HMAC{Key: "Jefe", Message: "what do ya want for nothing?"}
	for encoding, want := range map[string]string{
		"": sum, Hex: sum, UpperHex: strings.ToUpper(sum),
		Base64Std: "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=", Base64Raw: "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM",
	} {
		signature.Encoding = encoding
		if got := signature.sign(nil); got != want {
			t.Errorf("%q: got %s", encoding, got)
		}
	}
	signature.Message, signature.Encoding = "what do UUID want UNIX nothing?", Hex
	if got := signature.sign(map[string]string{"UUID": "ya", "UNIX": "for"}); got != sum {
		t.Errorf("with proofs: got %s", got)
	}
}

// A placeholder is a whole word, and has one value.
func TestTakeProofs(t *testing.T) {
	cases := []struct {
		want, got string
		proofs    map[string]string
		ok        bool
	}{
		{"Bearer JWT", "Bearer x.y", map[string]string{"JWT": "x.y"}, true},
		{"Bearer JWT", "Bearer ", nil, false},
		{"UNIX.HMAC", "1.ab", map[string]string{"UNIX": "1", "HMAC": "ab"}, true},
		{"UNIX UNIX", "1 1", map[string]string{"UNIX": "1"}, true},
		{"UNIX UNIX", "1 2", nil, false},
		{"HMAC-SHA256", "HMAC-SHA256", nil, true},
		{"HMAC-SHA256", "x-SHA256", nil, false},
		{"a+TOTP", "a+123", map[string]string{"TOTP": "123"}, true},
		{"a+TOTP", "aa123", nil, false},
	}
	for _, c := range cases {
		k := claim{proofs: map[string]string{}}
		if got := k.take(c.want, c.got); got != c.ok {
			t.Errorf("%q of %q: got %v", c.want, c.got, got)
		}
		for name, value := range c.proofs {
			if k.proofs[name] != value {
				t.Errorf("%q of %q: %s is %q", c.want, c.got, name, k.proofs[name])
			}
		}
	}
}

// proving is a row with all proofs, of no vendor.
func proving() Row {
	return Row{
		Name: "proving", Method: http.MethodPost, Base: "/proving", Path: "/token", Basic: Value("username") + ":TOTP",
		Header: map[string]string{"X-Sign": "v1=HMAC", "X-Time": "UNIX", "X-Assertion": "JWT"},
		Query:  map[string]string{"nonce": "UUID", "ms": "MILLIS"}, Type: "application/xml", Body: "<at>RFC3339</at>",
		HMAC: &HMAC{Key: Value("key"), Message: "UUID|UNIX|MILLIS", Hash: crypto.SHA512, Encoding: Base64Std},
		TOTP: &TOTP{Secret: Value("totp_secret")},
		JWT: &Assertion{
			Algorithm: jose.HS256, Secret: strings.Repeat("fake", 10), Header: map[string]any{"kid": "k1", "cty": "x"},
			Claims: map[string]any{"iss": "app", "level": 2.0},
		},
		Answer: `{"t":"TOKEN"}`, Use: bearer(),
	}
}

// with adds a row to a server.
func with(s *Server, row Row) {
	s.endpoints = append(s.endpoints, &endpoint{Row: row, live: map[string]life{}})
}

// A request is accepted with proofs that are right, and with none that are wrong.
func TestProofs(t *testing.T) {
	s, web := start(t)
	row := proving()
	with(s, row)
	if got := mustSend(t, web, documented(t, s, row, Client{})); got.status != http.StatusOK {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	for _, wrong := range disproved(t, s, row) {
		if got := mustSend(t, web, documented(t, s, wrong, Client{})); got.status != http.StatusBadRequest {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	for name, change := range map[string]func(a *Assertion){
		"another claim":     func(a *Assertion) { a.Claims = map[string]any{"iss": "app", "level": 3.0} },
		"a claim less":      func(a *Assertion) { a.Claims = map[string]any{"iss": "app"} },
		"a claim more":      func(a *Assertion) { a.Claims = map[string]any{"iss": "app", "level": 2.0, "more": "x"} },
		"another header":    func(a *Assertion) { a.Header = map[string]any{"kid": "k2", "cty": "x"} },
		"another algorithm": func(a *Assertion) { a.Algorithm = jose.HS384; a.Secret += a.Secret },
	} {
		other := *row.JWT
		change(&other)
		changed := row
		changed.JWT = &other
		if got := mustSend(t, web, documented(t, s, changed, Client{})); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
	for _, name := range []string{"UNIX", "MILLIS", "RFC3339", "UUID"} {
		for _, value := range []string{"1", "x", "5f0c7a52", "2020-01-01T00:00:00Z"} {
			if row.proves(name, map[string]string{name: value}, time.Now()) {
				t.Errorf("%s: %s is accepted", name, value)
			}
		}
	}
}
