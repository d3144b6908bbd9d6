package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// The payload of RFC 7515, appendices A.1 to A.3, and the keys and signatures there and
// in RFC 8037, appendix A.
const (
	vectorPayload = ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

	macInput     = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" + vectorPayload
	macKey       = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
	macSignature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

	rsaInput   = "eyJhbGciOiJSUzI1NiJ9" + vectorPayload
	rsaModulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
	rsaSigned  = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"

	es256Input  = "eyJhbGciOiJFUzI1NiJ9" + vectorPayload
	es256Key    = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`
	es256Signed = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

	es512Input  = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"
	es512Key    = `{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2","d":"AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C"}`
	es512Signed = "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"

	ed25519Input  = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
	ed25519Key    = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	ed25519Signed = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)

func base64url(tb testing.TB, text string) []byte {
	tb.Helper()
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		tb.Fatal(err)
	}
	return decoded
}

// signInput signs an input as the JWT does.
func signInput(t *testing.T, s JWT, input string) []byte {
	t.Helper()
	found, err := s.signingKey(time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, ok := found.key.Key.(opaque)
	if !ok {
		t.Fatalf("go-jose has the key: %T", found.key.Key)
	}
	signature, err := signer.SignPayload([]byte(input), signer.algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// RFC 7515, appendix A.1, and RFC 8037, appendix A.4: these algorithms give one signature.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		jwt           JWT
		input, signed string
	}{
		"HS256":   {JWT{Secret: said.NewSecret(string(base64url(t, macKey)))}, macInput, macSignature},
		"Ed25519": {JWT{Key: said.NewSecret(ed25519Key), Algorithm: "Ed25519"}, ed25519Input, ed25519Signed},
	} {
		if got := base64.RawURLEncoding.EncodeToString(signInput(t, tc.jwt, tc.input)); got != tc.signed {
			t.Errorf("%s: signature %s", name, got)
		}
	}
}

// RFC 7515, appendices A.2 to A.4, and RFC 8037, appendix A.4: what a program may print.
func TestReadSignatureVectors(t *testing.T) {
	t.Parallel()
	es256, es512 := vectorKey(t, es256Key), vectorKey(t, es512Key)
	for algorithm, tc := range map[string]struct {
		input, signed string
		verify        func(input, signature []byte) bool
	}{
		"RS256": {rsaInput, rsaSigned, func(input, signature []byte) bool {
			digest := sha256.Sum256(input)
			public := &rsa.PublicKey{N: new(big.Int).SetBytes(base64url(t, rsaModulus)), E: 65537}
			return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
		}},
		"ES256": {es256Input, es256Signed, func(input, signature []byte) bool {
			digest := sha256.Sum256(input)
			return verifyRaw(t, es256, digest[:], signature)
		}},
		"ES512": {es512Input, es512Signed, func(input, signature []byte) bool {
			digest := sha512.Sum512(input)
			return verifyRaw(t, es512, digest[:], signature)
		}},
		"EdDSA": {ed25519Input, ed25519Signed, func(input, signature []byte) bool {
			private, ok := vectorKey(t, ed25519Key).(ed25519.PrivateKey)
			return ok && ed25519.Verify(ed25519.PublicKey(private[32:]), input, signature)
		}},
	} {
		signature, err := readSignature([]byte(tc.signed), algorithm)
		if err != nil || !tc.verify([]byte(tc.input), signature) {
			t.Errorf("%s: signature of %d bytes does not verify, error %v", algorithm, len(signature), err)
		}
	}
}

// vectorKey reads a private key of an RFC.
func vectorKey(t *testing.T, jwk string) any {
	t.Helper()
	key, err := readKey(said.NewSecret(jwk), said.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	return key.signs
}

func verifyRaw(t *testing.T, key any, digest, signature []byte) bool {
	t.Helper()
	private, ok := key.(*ecdsa.PrivateKey)
	half := len(signature) / 2
	return ok && ecdsa.Verify(&private.PublicKey, digest, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
}

// An ES256 signature of RFC 7515 in DER is the same signature.
func TestReadSignatureDERVector(t *testing.T) {
	t.Parallel()
	raw := base64url(t, es256Signed)
	der := marshal(t, struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	got, err := readSignature([]byte(base64.StdEncoding.EncodeToString(der)), "ES256")
	if err != nil || base64.RawURLEncoding.EncodeToString(got) != es256Signed {
		t.Errorf("signature %x, error %v", got, err)
	}
}

// programs returns a Signer's Run that signs with a key, as openssl does, and prints the
// signature as encode writes it.
func programs(t *testing.T, key crypto.Signer, hash crypto.Hash, encode func(signature []byte) string) Runner {
	t.Helper()
	return func(args []string, input []byte) ([]byte, error) {
		if len(args) != 2 || args[0] != "sign" || args[1] != "key-1" {
			t.Errorf("program %q", args)
		}
		digest := input
		if hash != 0 {
			h := hash.New()
			_, _ = h.Write(input) // never fails
			digest = h.Sum(nil)
		}
		signature, err := key.Sign(rand.Reader, digest, hash)
		return []byte(encode(signature)), err
	}
}

// raw returns an ECDSA signature in DER as two numbers.
func raw(t *testing.T, der []byte, half int) []byte {
	t.Helper()
	var numbers struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &numbers); err != nil {
		t.Fatal(err)
	}
	return append(numbers.R.FillBytes(make([]byte, half)), numbers.S.FillBytes(make([]byte, half))...)
}

// parsed returns the header and the claims of a JWT whose signature is right.
func parsed(t *testing.T, signed said.Secret, algorithm string, public any) (header, claims map[string]any) {
	t.Helper()
	jws, err := gojose.ParseSignedCompact(signed.Reveal(), []gojose.SignatureAlgorithm{gojose.SignatureAlgorithm(algorithm)})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := jws.Verify(public)
	if err != nil {
		t.Fatalf("%s: %v", algorithm, err)
	}
	return decoded(t, base64url(t, strings.Split(signed.Reveal(), ".")[0])), decoded(t, payload)
}

func decoded(t *testing.T, object []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(object, &members); err != nil {
		t.Fatal(err)
	}
	return members
}
