package jose

// Part is what of a JWT, a key or a certificate cannot be used.
type Part int

// The parts that an Error is about.
const (
	// PartKey: the private key, or the secret that is shared.
	PartKey Part = iota + 1
	// PartPassphrase: the passphrase does not decrypt the private key.
	PartPassphrase
	// PartMissingPassphrase: the private key is encrypted, and has no passphrase.
	PartMissingPassphrase
	// PartCertificate: the certificate.
	PartCertificate
	// PartClaims: the claims.
	PartClaims
)

// Error says why something cannot be used. It quotes nothing of a key.
type Error struct {
	Part Part
	// Problem says what is wrong with the part, as "it".
	Problem string
}

// Error says what is wrong.
func (e *Error) Error() string { return e.Problem }

func badKey(problem string) error { return &Error{PartKey, problem} }

func badCertificate(problem string) error { return &Error{PartCertificate, problem} }

// isEmpty says what to do about a text that is empty.
const isEmpty = "it is empty; if it comes from a variable, check that the variable has a value"
