package sandbox

import (
	"cmp"
	"crypto"
	"crypto/hmac"
	_ "crypto/sha1" //nolint:gosec // for TOTP (RFC 6238)
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// The encodings of a signature.
const (
	Hex      = "hex" // in lower case
	UpperHex = "HEX"
	// Base64Std is base64 with padding, Base64Raw the one for URLs without padding.
	Base64Std = "base64"
	Base64Raw = "base64url"
)

// tolerance is how far the clock of a client may be off.
const tolerance = 5 * time.Minute

// HMAC is a signature that a request must have (RFC 2104).
type HMAC struct {
	Hash     crypto.Hash // 0: SHA256
	Key      string      // as bytes
	Message  string      // with the placeholders of a request, except HMAC
	Encoding string      // empty: Hex
}

// sign returns the signature of a request with the proofs.
func (h HMAC) sign(proofs map[string]string) string {
	mac := hmac.New(cmp.Or(h.Hash, crypto.SHA256).New, []byte(h.Key))
	_, _ = mac.Write([]byte(fillWords(h.Message, proofs))) // never fails
	sum := mac.Sum(nil)
	switch h.Encoding {
	case UpperHex:
		return strings.ToUpper(hex.EncodeToString(sum))
	case Base64Std:
		return base64.StdEncoding.EncodeToString(sum)
	case Base64Raw:
		return base64.RawURLEncoding.EncodeToString(sum)
	}
	return hex.EncodeToString(sum)
}

// TOTP is a one-time password that a request must have (RFC 6238).
type TOTP struct {
	Hash   crypto.Hash   // 0: SHA1
	Secret string        // in base32, without padding
	Digits int           // 0: 6
	Period time.Duration // 0: 30 seconds
}

// at returns the password for a time.
func (o TOTP) at(t time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(o.Secret)
	if err != nil {
		panic(err) // the row is not valid
	}
	mac := hmac.New(cmp.Or(o.Hash, crypto.SHA1).New, key)
	step := t.Unix() / int64(o.period()/time.Second)
	_, _ = mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step))) //nolint:gosec // times since 1970 are not negative
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	code := fmt.Sprintf("%010d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff)
	return code[len(code)-cmp.Or(o.Digits, 6):]
}

func (o TOTP) period() time.Duration { return cmp.Or(o.Period, 30*time.Second) }

// fits reports whether a password is that of now, or of the period before or after.
func (o TOTP) fits(password string, now time.Time) bool {
	return slices.ContainsFunc([]time.Time{now.Add(-o.period()), now, now.Add(o.period())}, func(t time.Time) bool {
		return o.at(t) == password
	})
}

// Assertion is a JWT, signed by the client, that a request must have. Besides the documented
// claims it can have those of RFC 7519 that a client adds: aud, exp, iat, iss, jti, nbf.
type Assertion struct {
	Algorithm jose.SignatureAlgorithm // empty: RS256, with the private key of the Server
	Secret    string                  // of an HMAC; as bytes
	Header    map[string]any          // the documented members of the header, besides alg and typ
	Claims    map[string]any          // as JSON is read: numbers are float64
	Longest   time.Duration           // from now to exp; 0: an hour
}

// checkJWT requires a JWT as it is documented.
func (s *Server) checkJWT(want Assertion, text string) *refusal {
	algorithm := cmp.Or(want.Algorithm, jose.RS256)
	parsed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return badRequest("It is not a JWT signed by %s.", algorithm)
	}
	var key any = []byte(want.Secret)
	if want.Secret == "" {
		key = &s.key().PublicKey
	}
	var known jwt.Claims
	all := map[string]any{}
	if err := parsed.Claims(key, &known, &all); err != nil {
		return badRequest("The JWT is not signed with the app's key.")
	}
	now := s.now()
	if known.Expiry == nil || known.Expiry.Time().Before(now) || known.Expiry.Time().After(now.Add(cmp.Or(want.Longest, time.Hour))) {
		return badRequest("The JWT's exp is wrong.")
	}
	for name, value := range want.Header {
		if got := headerOf(parsed.Headers[0])[name]; !reflect.DeepEqual(got, value) {
			return badRequest("The JWT's header has another %s.", name)
		}
	}
	return checkClaims(want.Claims, all)
}

func headerOf(header jose.Header) map[string]any {
	members := map[string]any{}
	for name, value := range header.ExtraHeaders {
		members[string(name)] = value
	}
	if header.KeyID != "" {
		members["kid"] = header.KeyID
	}
	return members
}

func checkClaims(want, got map[string]any) *refusal {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(got[name], want[name]) {
			return badRequest("The JWT's %s is wrong.", name)
		}
	}
	for name := range got {
		_, documented := want[name]
		if !documented && !slices.Contains([]string{"aud", "exp", "iat", "iss", "jti", "nbf"}, name) {
			return badRequest("The JWT has the claim %q, which is not documented.", name)
		}
	}
	return nil
}

// isProof reports whether a word of a documented value is a placeholder for a proof.
func isProof(word string) bool {
	return slices.Contains([]string{"HMAC", "JWT", "MILLIS", "RFC3339", "TOTP", "UNIX", "UUID"}, word)
}

// words are what placeholders are looked for in.
var words = regexp.MustCompile(`[A-Za-z0-9_-]+`)

// fillWords replaces the placeholders in a text by the proofs.
func fillWords(text string, proofs map[string]string) string {
	return words.ReplaceAllStringFunc(text, func(word string) string {
		if proof, ok := proofs[word]; ok {
			return proof
		}
		return word
	})
}

// takeProofs reports whether a value is the documented one, except for the placeholders, and
// keeps what is in their places.
func (k *claim) takeProofs(want, got string) bool {
	pattern, names, last := `(?s)\A`, []string{}, 0
	for _, at := range words.FindAllStringIndex(want, -1) {
		if word := want[at[0]:at[1]]; isProof(word) {
			pattern += regexp.QuoteMeta(want[last:at[0]]) + "(.+)"
			names, last = append(names, word), at[1]
		}
	}
	if len(names) == 0 {
		return got == want
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(want[last:]) + `\z`).FindStringSubmatch(got)
	if found == nil {
		return false
	}
	for i, name := range names {
		if earlier, has := k.proofs[name]; has && earlier != found[i+1] {
			return false
		}
		k.proofs[name] = found[i+1]
	}
	return true
}

// prove checks the proofs of a request.
func (s *Server) prove(row Row, proofs map[string]string) *refusal {
	for _, name := range slices.Sorted(maps.Keys(proofs)) {
		if name == "JWT" {
			if why := s.checkJWT(*row.JWT, proofs[name]); why != nil {
				return why
			}
		} else if !row.proves(name, proofs, s.now()) {
			return badRequest("The value of %s is wrong.", name)
		}
	}
	return nil
}

// proves reports whether a proof, other than a JWT, is right.
func (row Row) proves(name string, proofs map[string]string, now time.Time) bool {
	value := proofs[name]
	switch name {
	case "HMAC":
		return row.HMAC.sign(proofs) == value
	case "TOTP":
		return row.TOTP.fits(value, now)
	case "UUID":
		return regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(value)
	}
	at, err := timeOf(name, value)
	return err == nil && now.Sub(at).Abs() < tolerance
}

// timeOf reads the time that UNIX, MILLIS or RFC3339 stands for.
func timeOf(name, value string) (time.Time, error) {
	if name == "RFC3339" {
		return time.Parse(time.RFC3339, value)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if name == "MILLIS" {
		return time.UnixMilli(n), err
	}
	return time.Unix(n, 0), err
}
