package source

import (
	"bytes"
	"context"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// runOf is what a source uses, with a program.
func runOf(program func(ctx context.Context, args []string, stdin []byte) ([]byte, error)) Run {
	return Run{Now: time.Now, Random: rand.Reader, Audience: tokenURL, Program: program}
}

// TestSignedByOpenSSL signs with openssl, as a KMS or an HSM does: the key is not given.
func TestSignedByOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	rsaKey, p256, p521 := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256()), testkeys.EC(t, elliptic.P521())
	for _, tc := range []struct {
		algorithm, pem string
		public         any
		args           []string
	}{
		{"RS256", testkeys.PKCS8(t, rsaKey), rsaKey.Public(), []string{"-sha256"}},
		{"PS256", testkeys.PKCS8(t, rsaKey), rsaKey.Public(), []string{"-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}},
		{"ES256", testkeys.PKCS8(t, p256), p256.Public(), []string{"-sha256"}},
		{"ES512", testkeys.PKCS8(t, p521), p521.Public(), []string{"-sha512"}},
	} {
		t.Run(tc.algorithm, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(file, []byte(tc.pem), 0o600); err != nil {
				t.Fatal(err)
			}
			s := Signed{Signer: slices.Concat([]string{openssl, "dgst", "-sign", file}, tc.args), Algorithm: tc.algorithm, Issuer: testID}
			signed, err := s.Obtain(t.Context(), runOf(encoded))
			if err != nil {
				t.Fatal(err)
			}
			if _, claims := testkeys.Verify(t, signed.Reveal(), tc.algorithm, tc.public); claims["iss"] != testID || claims["aud"] != tokenURL {
				t.Errorf("claims %v", claims)
			}
		})
	}
}

// encoded runs a program and returns what it prints in base64.
func encoded(ctx context.Context, args []string, stdin []byte) ([]byte, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the test's own
	cmd.Stdin = bytes.NewReader(stdin)
	signature, err := cmd.Output()
	return []byte(base64.StdEncoding.EncodeToString(signature) + "\n"), err
}

// What a signer prints is read as what any program does: Windows PowerShell writes UTF-16, or a
// byte order mark.
func TestSignatureInUTF16(t *testing.T) {
	t.Parallel()
	text := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 64)) + "\r\n"
	wide := func(order binary.AppendByteOrder) []byte {
		var raw []byte
		for _, r := range "\ufeff" + text {
			raw = order.AppendUint16(raw, uint16(r)) //nolint:gosec // each is of 16 bits
		}
		return raw
	}
	for name, printed := range map[string][]byte{
		"UTF-8": []byte(text), "a byte order mark": []byte("\ufeff" + text), "UTF-16": wide(binary.LittleEndian), "UTF-16, big endian": wide(binary.BigEndian),
		"UTF-16 without a mark": wide(binary.LittleEndian)[2:],
	} {
		s := Signed{Signer: []string{"sign"}, Algorithm: "EdDSA"}
		if _, err := s.Obtain(t.Context(), runOf(func(context.Context, []string, []byte) ([]byte, error) { return printed, nil })); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a signer prints, its arguments and its error show nowhere.
func TestFailed(t *testing.T) {
	t.Parallel()
	const hush = "hush-hush-hush-hush"
	s := Signed{Signer: []string{"sign", hush}, Algorithm: "ES256"}
	failed := errors.New(hush)
	for name, tc := range map[string]struct {
		printed string
		failed  error
		want    Problem
	}{
		"the program fails":        {"", failed, Failed},
		"it prints no signature":   {hush, nil, Unsigned},
		"it prints and it fails":   {hush, failed, Failed},
		"it prints nothing at all": {"", nil, Unsigned},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := s.Obtain(t.Context(), runOf(func(context.Context, []string, []byte) ([]byte, error) { return []byte(tc.printed), tc.failed }))
			wantProblem(t, err, tc.want)
			if found, _ := errors.AsType[*Error](err); tc.failed != nil && found.Cause != tc.failed { //nolint:errorlint // it is promised as it is
				t.Errorf("cause %v", found.Cause)
			}
			if !value.IsEmpty() {
				t.Error("there is a value")
			}
			if tc.failed == nil && bytes.Contains(fmt.Appendf(nil, "%v %+v", err, err), []byte("hush")) {
				t.Errorf("the error shows what was printed: %v", err)
			}
		})
	}
}

// An interrupt is no failure of the signer.
func TestSignerInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Signed{Signer: []string{"sign"}, Algorithm: "ES256"}.Obtain(ctx, runOf(func(context.Context, []string, []byte) ([]byte, error) {
		cancel()
		return nil, errors.New("killed")
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// The secret of an HS algorithm may be bytes that are no text.
func TestSignedWithBytes(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{0, 0xff, 0x80}, 20)
	raw, err := signAt(t, Signed{Secret: said.NewSecret(string(secret))}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	testkeys.Verify(t, raw, "HS256", secret)
}
