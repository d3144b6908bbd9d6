package jose

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func verifyEd25519(t *testing.T, key ed25519.PrivateKey, parts []string) {
	t.Helper()
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	public, ok := key.Public().(ed25519.PublicKey)
	if err != nil || !ok || !ed25519.Verify(public, []byte(parts[0]+"."+parts[1]), signature) {
		t.Error("the signature is wrong")
	}
}

// wantProblem fails unless err is an *Error with that problem, on one line without a piece
// of the secret.
func wantProblem(t *testing.T, err error, part Part, want, secret string) {
	t.Helper()
	found, ok := err.(*Error) //nolint:errorlint // it is promised as it is
	if !ok {
		t.Fatalf("error is %T: %v", err, err)
	}
	if found.Part != part || !strings.Contains(found.Problem, want) {
		t.Errorf("part %d: %s; want part %d, %q", found.Part, found.Problem, part, want)
	}
	checkProblem(t, found, secret)
}

func checkProblem(t *testing.T, found *Error, secret string) {
	t.Helper()
	text := found.Problem
	if found.Part == 0 || utf8.RuneCountInString(text) > 600 || text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("part %d, problem %q", found.Part, text)
	}
	const longestWord = 16
	for _, piece := range strings.FieldsFunc(secret, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(piece) >= longestWord && strings.Contains(text, piece) {
			t.Errorf("%q has a piece of the secret: %s", text, piece)
		}
	}
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// ofKind returns a key in PKCS #8 of another algorithm, or on another curve.
func ofKind(t *testing.T, algorithm string, curve ...int) string {
	t.Helper()
	info := privateInfo{Algorithm: pkix.AlgorithmIdentifier{Algorithm: parseOID(t, algorithm)}, Inner: []byte("hush-hush-hush")}
	if len(curve) > 0 {
		info.Algorithm.Parameters = asn1.RawValue{FullBytes: marshal(t, asn1.ObjectIdentifier(curve))}
	}
	return testkeys.PEM("PRIVATE KEY", marshal(t, info))
}

// sec1On returns a key in SEC 1 on a curve.
func sec1On(t *testing.T, curve ...int) string {
	t.Helper()
	return testkeys.PEM("EC PRIVATE KEY", marshal(t, struct {
		Version int
		Number  []byte
		Curve   asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
	}{1, []byte("hush-hush-hush"), curve}))
}

func numbers(t *testing.T, count, bits int) []byte {
	t.Helper()
	list := make([]*big.Int, count)
	for i := range list {
		list[i] = new(big.Int).SetBit(big.NewInt(int64(i)), bits, 1)
	}
	list[0] = big.NewInt(0)
	return marshal(t, list)
}

// refusedKeys are texts that are not a private key for signing.
func refusedKeys(t *testing.T) map[string]wrongText {
	t.Helper()
	ec := testkeys.EC(t, elliptic.P256())
	good := testkeys.PKCS8(t, ec)
	return map[string]wrongText{
		"parameters alone":    {testkeys.PEM("EC PARAMETERS", []byte{6, 1, 1}), "no PEM private key", GiveText},
		"nothing":             {"", "it is empty", SetIt},
		"whitespace":          {" \n\t\ufeff", "it is empty", SetIt},
		"garbage":             {"hush-hush-hush-hush-hush", "it has no PEM private key", GiveText},
		"escaped line breaks": {strings.ReplaceAll(good, "\n", `\n`), `two characters \n where line breaks belong`, UnescapeLF},
		"cut off":             {good[:100], "its last line, with END PRIVATE KEY, is missing", 0},
		"cut off, two":        {good[:100] + "\n" + good, "its last line, with END PRIVATE KEY, is missing", 0},
		"cut off within":      {good[:100] + "\n-----END PRIVATE KEY-----\n", "it is cut off: its end is missing", 0},
		"first line missing":  {strings.TrimPrefix(good, "-----BEGIN PRIVATE KEY-----\n"), "its first line must be -----BEGIN PRIVATE KEY-----", 0},
		"four hyphens":        {strings.ReplaceAll(good, "-----", "----"), "five hyphens", 0},
		"dashes":              {strings.ReplaceAll(good, "-----", "–––"), "five hyphens", 0},
		"not base64":          {strings.Replace(good, "M", "!", 1), "is not base64", 0},
		"damaged":             {testkeys.PEM("PRIVATE KEY", []byte("hush-hush-hush-hush-hush")), "it is damaged", 0},
		"two keys":            {good + testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())), "more than one private key", 0},
		"OpenSSH":             {testkeys.PEM("OPENSSH PRIVATE KEY", []byte("hush")), "ssh-keygen -p", 0},
		"SSH2":                {"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nhush\n---- END", "ssh-keygen", 0},
		"PuTTY":               {"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "puttygen", 0},
		"PGP":                 {"-----BEGIN PGP PRIVATE KEY BLOCK-----\nhush\n-----END PGP PRIVATE KEY BLOCK-----", "PGP", 0},
		"PGP, with checksum":  {"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\naHVzaA==\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----", "PGP", 0},
		"a list of JWKs":      {"[" + testkeys.JWK(t, gojose.JSONWebKey{Key: ec}) + "]", "list of JWKs", TakeElement},
		"a JWK to encrypt":    {testkeys.JWK(t, gojose.JSONWebKey{Key: ec, Use: "enc"}), "use is not sig", 0},
		"a JWK to verify":     {strings.Replace(testkeys.JWK(t, gojose.JSONWebKey{Key: ec}), "{", `{"key_ops":["verify","deriveKey"],`, 1), "key_ops do not have sign", 0},
		"PEM in base64":       {base64.StdEncoding.EncodeToString([]byte(good)), "in base64", DecodeBase64},
		"a JWK in base64":     {base64.StdEncoding.EncodeToString([]byte(testkeys.JWK(t, gojose.JSONWebKey{Key: ec}))), "in base64", DecodeBase64},
		"a JWT":               {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJodXNoIn0.aHVzaA", "it is a JWT", 0},
		"percent-encoded":     {strings.ReplaceAll(strings.ReplaceAll(good, " ", "%20"), "\n", "%0A"), "percent-encoded", 0},
		"a long algorithm":    {testkeys.JWK(t, gojose.JSONWebKey{Key: ec, Algorithm: "hushHushHushHushHush"}), "the algorithm that it names; it fits: ES256", 0},
		"binary":              {"0\u0082\u0001\ufffd\u0000\u0003", "it is not text", GivePEM},
		"a file's name":       {"key.pem", "this is a file name", ReadFile},
		"a file's path":       {"~/keys/snowflake_key", "this is a file name", ReadFile},
		"a path of Windows":   {`C:\keys\key`, "this is a file name", ReadFile},
		"half a JWK":          {`{"kty":"EC","d":"hush-hush-hush-hush-hush"`, "not a valid JWK", 0},
		"a JWK and more":      {testkeys.JWK(t, gojose.JSONWebKey{Key: ec}) + " x", "not a valid JWK", 0},
		"a service account":   {`{"type":"service_account","private_key":"hush-hush-hush-hush"}`, "it is a key file in JSON", TakePrivateKey},
		"other JSON":          {`{"a":1}`, "it has no kty", 0},
		"a set of none":       {`{"keys":[]}`, "exactly one key", 0},
		"a set, not a list":   {`{"keys":1}`, "exactly one key", 0},
		"a shared secret":     {`{"kty":"oct","k":"aHVzaC1odXNoLWh1c2gtaHVzaA"}`, "shared secret", 0},
		"a public JWK":        {testkeys.JWK(t, gojose.JSONWebKey{Key: ec.Public()}), "it is a public key", 0},
		"secp256k1 in JWK":    {`{"kty":"EC","crv":"secp256k1","x":"aHVzaA","y":"aHVzaA","d":"aHVzaA"}`, "secp256k1", 0},
		"Ed448 in JWK":        {`{"kty":"OKP","crv":"Ed448","x":"aHVzaA","d":"aHVzaA"}`, "Ed448", 0},
		"ML-DSA in JWK":       {`{"kty":"AKP","alg":"ML-DSA-44","pub":"aHVzaA","priv":"aHVzaA"}`, "ML-DSA", 0},
		"RSA in JWK, too few": {`{"kty":"RSA","n":"aHVzaA","e":"AQAB","d":"aHVzaA"}`, "31 bits, and at least 2048", 0},
	}
}

// refusedContents are DER that is not a private key for signing.
func refusedContents(t *testing.T) map[string]struct{ text, want string } {
	t.Helper()
	ec := testkeys.EC(t, elliptic.P256())
	certificate := certificateOf(t, ec)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "fake-client"}}, ec)
	if err != nil {
		t.Fatal(err)
	}
	agreement, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(ec.Public())
	if err != nil {
		t.Fatal(err)
	}
	type content struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"explicit,tag:0"`
	}
	pfx := marshal(t, struct {
		Version int
		Content content
	}{3, content{parseOID(t, oidData), []byte("hush")}})
	p7 := marshal(t, content{parseOID(t, oidSignedData), []byte("hush")})
	under := func(der []byte) string { return testkeys.PEM("PRIVATE KEY", der) }
	bare := base64.StdEncoding.EncodeToString
	return map[string]struct{ text, want string }{
		"a public key": {testkeys.Public(t, ec.Public()), "it is a public key"}, "a public key as private": {under(spki), "it is a public key"},
		"a public key, bare":  {bare(spki), "it is a public key"},
		"a public key of RSA": {testkeys.PEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&testkeys.RSA(t, 2048).PublicKey)), "it is a public key"},
		"a public key of SSH": {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA fake", "it is a public key"},
		"a certificate":       {testkeys.PEM("CERTIFICATE", certificate.Raw), "it is a certificate"}, "a certificate as private": {under(certificate.Raw), "it is a certificate"},
		"a request": {testkeys.PEM("CERTIFICATE REQUEST", request), "certificate request"}, "an old request": {testkeys.PEM("NEW CERTIFICATE REQUEST", request), "certificate request"},
		"a request, bare": {bare(request), "certificate request"},
		"PKCS #12":        {bare(pfx), "openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem (if OpenSSL 3 says unsupported, add -legacy)"}, "PKCS #12 as PEM": {testkeys.PEM("PKCS12", pfx), "openssl pkcs12"},
		"PKCS #7": {testkeys.PEM("PKCS7", p7), "PKCS #7"}, "PKCS #7, bare": {bare(p7), "PKCS #7"},
		"secp256k1": {ofKind(t, oidEC, 1, 3, 132, 0, 10), "secp256k1"}, "secp256k1 in SEC 1": {sec1On(t, 1, 3, 132, 0, 10), "secp256k1"},
		"brainpool": {ofKind(t, oidEC, 1, 3, 36, 3, 3, 2, 8, 1, 1, 7), "brainpoolP256r1"}, "another curve": {ofKind(t, oidEC, 1, 2, 3), "on a curve that cannot be used"},
		"no curve": {ofKind(t, oidEC), "describes its curve"}, "P-256, damaged": {ofKind(t, oidEC, 1, 2, 840, 10045, 3, 1, 7), "damaged EC key"},
		"P-224": {testkeys.PKCS8(t, testkeys.EC(t, elliptic.P224())), "P-224"}, "X25519": {testkeys.PKCS8(t, agreement), "X25519"},
		"Ed448": {ofKind(t, "1.3.101.113"), "Ed448"}, "DSA": {ofKind(t, "1.2.840.10040.4.1"), "DSA"},
		"DSA, traditional": {testkeys.PEM("DSA PRIVATE KEY", numbers(t, 6, 1024)), "DSA"}, "another kind": {ofKind(t, "1.2.3"), "of a kind"},
		"RSA of 1024 bits": {testkeys.PKCS8(t, testkeys.RSA(t, 1024)), "1024 bits, and at least 2048"}, "RSA of 512 bits": {testkeys.PEM("RSA PRIVATE KEY", numbers(t, 9, 511)), "512 bits, and at least 2048"},
		"damaged RSA": {testkeys.PEM("RSA PRIVATE KEY", numbers(t, 9, 2048)), "damaged RSA key"},
	}
}

func TestKeyRefused(t *testing.T) {
	t.Parallel()
	all := refusedKeys(t)
	for name, content := range refusedContents(t) {
		all[name] = wrongText{content.text, content.want, 0}
	}
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jwt := JWT{Key: said.NewSecret(tc.text)}
			wantWrong(t, jwt.Check(time.Now()), PartKey, tc)
			if _, err := jwt.Sign(Moment{Now: time.Now()}); err == nil {
				t.Error("it signs")
			}
		})
	}
}

// A key for RSASSA-PSS signs only with PS algorithms.
func TestPSSKey(t *testing.T) {
	t.Parallel()
	key := testkeys.RSA(t, 2048)
	text := testkeys.PEM("PRIVATE KEY", marshal(t, privateInfo{Algorithm: pkix.AlgorithmIdentifier{Algorithm: parseOID(t, oidPSS)}, Inner: x509.MarshalPKCS1PrivateKey(key)}))
	wantKey(t, text, "", key)
	if err := (JWT{Key: said.NewSecret(text)}).Check(time.Now()); err != nil {
		t.Error(err)
	}
	wantProblem(t, JWT{Key: said.NewSecret(text), Algorithm: "RS256"}.Check(time.Now()), PartKey, "it fits: PS256, PS384, PS512", text)
}
