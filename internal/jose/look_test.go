package jose

import (
	"crypto/elliptic"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// wrongText is a text that is not a key or not a certificate, and its problem.
type wrongText struct {
	text, want string
	remedy     Remedy
}

// otherThings are texts that users give for a key.
func otherThings(t *testing.T) map[string]wrongText {
	t.Helper()
	const digits = "hush1234hush5678hush9012hush3456hush7890"
	good := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	blocks, err := readPEM(good)
	if err != nil {
		t.Fatal(err)
	}
	der := blocks[0].Bytes
	encoded := base64.StdEncoding.EncodeToString
	var wide []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + good)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	quoted, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]wrongText{
		"SSH2, public":             {"---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"fake\"\nAAAA" + digits + "\n---- END SSH2 PUBLIC KEY ----", "it is a public key", 0},
		"SSH, public, bare":        {"AAAAC3NzaC1lZDI1NTE5AAAAI" + digits, "it is a public key", 0},
		"OpenSSH, bare":            {encoded([]byte("openssh-key-v1\x00" + digits)), "ssh-keygen -p", 0},
		"age":                      {"AGE-SECRET-KEY-1" + strings.ToUpper(digits), "it is a key of age, which cannot be used", 0},
		"age, with comments":       {"# created: 2024-01-01T00:00:00Z\n# public key: age1" + digits + "\nAGE-SECRET-KEY-1" + digits, "it is a key of age", 0},
		"age, public":              {"age1" + digits, "it is a public key", 0},
		"encrypted by age":         {testkeys.PEM("AGE ENCRYPTED FILE", []byte(digits)), "decrypt it first", 0},
		"encrypted by SOPS":        {"ENC[AES256_GCM,data:" + digits + ",type:str]", "decrypt it first", 0},
		"encrypted by Ansible":     {"$ANSIBLE_VAULT;1.1;AES256\n" + digits, "decrypt it first", 0},
		"encrypted by Vault":       {"vault:v1:" + digits, "decrypt it first", 0},
		"PKCS #7, old label":       {"-----BEGIN PKCS #7 SIGNED DATA-----\n" + encoded([]byte(digits)) + "\n-----END PKCS #7 SIGNED DATA-----", "PKCS #7", 0},
		"a Java keystore":          {encoded([]byte("\xfe\xed\xfe\xed\x00\x00\x00\x02" + digits)), "keytool -importkeystore", 0},
		"a Java keystore, JCEKS":   {encoded([]byte("\xce\xce\xce\xce\x00\x00\x00\x02" + digits)), "keytool -importkeystore", 0},
		"a Java keystore's name":   {"keystore.jks", "this is a file name", ReadFile},
		"an RSA key of .NET":       {"<RSAKeyValue><Modulus>" + digits + "</Modulus></RSAKeyValue>", "ExportPkcs8PrivateKeyPem", 0},
		"the ARN of a key":         {"arn:aws:kms:eu-west-1:000000000000:key/fake-0000", "it is the ARN", 0},
		"the ARN of a secret":      {"arn:aws-cn:secretsmanager:cn-north-1:000000000000:secret:fake/key.pem", "it is the ARN", 0},
		"a secret of Google Cloud": {"projects/fake/secrets/fake-key/versions/latest", "Secret Manager", 0},
		"a key of Google Cloud":    {"projects/fake/locations/global/keyRings/fake/cryptoKeys/fake", "Google Cloud", 0},
		"a path of Vault":          {"secret/data/fake/key", "looks like a path", ReadPlace},
		"a path of Vault, marked":  {"vault:secret/data/fake#private_key", "looks like a path", ReadPlace},
		"a URL":                    {"https://fake.vault.azure.net/secrets/key.pem", "it is a URL", ReadPlace},
		"a URL of 1Password":       {"op://fake/item/private key", "it is a URL", ReadPlace},
		"a URL of a file":          {"file:///etc/fake/key.pem", "the URL of a file", ReadFileURL},
		"a data: URL":              {"data:application/x-pem-file;base64," + digits, "it is a data: URL", DecodeDataURL},
		"a variable":               {"var.fake_key", "it is the name of a variable", ReadVariable},
		"a variable of a shell":    {"${FAKE_KEY}", "it is the name of a variable", ReadVariable},
		"a resource's attribute":   {`data.vault_kv_secret_v2.fake.data["key"]`, "it is the name of a variable", ReadVariable},
		"DER in hexadecimal":       {hex.EncodeToString(der), "xxd -r -p FILE.hex FILE.der", 0},
		"DER as OpenSSL prints":    {strings.ToUpper(strings.TrimSuffix(strings.ReplaceAll(hex.EncodeToString(der), "30", "30:"), ":")), "it is DER in hexadecimal", 0},
		"DER, 0x":                  {"0x" + hex.EncodeToString(der), "it is DER in hexadecimal", 0},
		"PEM in hexadecimal":       {hex.EncodeToString([]byte(good)), "xxd -r -p FILE.hex FILE.pem", 0},
		"a number":                 {strings.Repeat("ab12", 16), "it is a number in hexadecimal", 0},
		"PEM in base64, twice":     {encoded([]byte(encoded([]byte(good)))), "it is PEM in base64, twice", DecodeBase64Twice},
		"PEM in UTF-16, in base64": {encoded(wide), "UTF-16", 0},
		"JSON with a key":          {`{"id":"fake","privateKey":` + string(quoted) + `}`, "one value is the private key", TakeMember},
	}
}

func wantWrong(t *testing.T, err error, part Part, text wrongText) {
	t.Helper()
	wantProblem(t, err, part, text.want, text.text)
	if found, ok := errors.AsType[*Error](err); ok && found.Remedy != text.remedy {
		t.Errorf("%s: remedy %d, want %d", found.Problem, found.Remedy, text.remedy)
	}
}

// The problem of a text that is not a key is one sentence that does not repeat it.
func TestOtherThings(t *testing.T) {
	t.Parallel()
	for name, tc := range otherThings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := JWT{Key: said.NewSecret(tc.text)}.Check(time.Now())
			wantWrong(t, err, PartKey, tc)
			if err != nil && strings.Contains(err.Error(), ". ") {
				t.Errorf("more than one sentence: %s", err)
			}
		})
	}
}

// The same problems are named if a certificate is needed.
func TestOtherThingsForACertificate(t *testing.T) {
	t.Parallel()
	key := said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())))
	all := otherThings(t)
	for _, name := range []string{"a Java keystore", "a URL", "the ARN of a secret", "a path of Vault", "a variable", "encrypted by SOPS", "DER in hexadecimal", "PEM in base64, twice"} {
		_, err := Pair(all[name].text, key, said.Secret{}, time.Now())
		wantWrong(t, err, PartCertificate, all[name])
	}
}
