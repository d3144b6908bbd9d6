package jose

// Part is the part of a JWT or of a certificate that cannot be used.
type Part int

// The parts that an Error is about.
const (
	PartKey               Part = iota + 1 // the private key
	PartPassphrase                        // the passphrase does not decrypt the private key
	PartMissingPassphrase                 // the private key is encrypted, and has no passphrase
	PartCertificate                       // the certificate
	PartClaims                            // the claims
	PartHeader                            // the header fields
	PartSecret                            // the shared secret
	PartAlgorithm                         // the algorithm
	PartSigner                            // what the program that signs has printed
)

// Remedy is what the user has to do to a text. How that is written depends on where
// the text is from, which this package does not know.
type Remedy int

// The remedies. Zero means that there is no remedy, or that the problem names it.
const (
	SetIt             Remedy = iota + 1 // give a text that is not empty
	GiveText                            // give the text of the key or the certificate, with its line breaks
	GivePEM                             // give PEM, or DER in base64
	WriteJSON                           // write a JSON object
	ReadFile                            // the text names a file. Read it
	ReadFileURL                         // the text is the URL of a file. Read the file at its path
	ReadPlace                           // the text says where the key is. Read it there
	ReadVariable                        // the text names a variable. Give its value
	Trim                                // remove the whitespace around the text
	DecodeBase64                        // decode the text from base64
	DecodeBase64Twice                   // decode the text from base64, and the result again
	DecodeDataURL                       // decode from base64 what is behind the comma
	TakePrivateKey                      // give the member private_key of the JSON object in the file
	TakeMember                          // give the member of the JSON object that is the key
	TakeElement                         // give the element of the JSON list that is the key
	// UnescapeLF, UnescapeCRLF, UnescapeCR and UnescapeTwice: write line breaks for
	// the characters \n, \r\n, for \r or \n, and for any of them behind several backslashes.
	UnescapeLF
	UnescapeCRLF
	UnescapeCR
	UnescapeTwice
	UnescapeSlashes // write slashes for the characters \/
	FitAlgorithm    // set the algorithm of the key with which the program signs
)

// Error says why something cannot be used. It quotes nothing of a key or a signature.
type Error struct {
	Part    Part
	Problem string // says what is wrong with the part, as "it"
	Remedy  Remedy // what to do; zero if Problem says it, or there is nothing to do
}

// Error says what is wrong.
func (e *Error) Error() string { return e.Problem }

// problem is what is wrong with a text, as "it", and what to do.
type problem struct {
	says   string
	remedy Remedy
}

// of returns the problem as that of a part.
func (p problem) of(part Part) error { return &Error{part, p.says, p.remedy} }

func badKey(says string) error { return problem{says: says}.of(PartKey) }

func badCertificate(says string) error { return problem{says: says}.of(PartCertificate) }
