package service

import (
	"errors"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
)

// WithRemedy returns the error of a key or a certificate, with what to write in the
// configuration. It returns other errors as they are.
func WithRemedy(err error) error {
	if found, ok := errors.AsType[*jose.Error](err); ok {
		return errors.New(inHCL(found))
	}
	return err
}

// inHCL says what is wrong with a key or a certificate, and what to write.
func inHCL(found *jose.Error) string {
	remedies := [...]string{
		jose.SetIt:             "if it comes from a variable, check that the variable has a value",
		jose.GiveText:          `give the text itself, with its line breaks, such as file("key.pem")`,
		jose.GivePEM:           `give PEM, or DER in base64 such as filebase64("key.der")`,
		jose.WriteJSON:         "write it with jsonencode({ … })",
		jose.ReadFile:          `use file("…") to read the file`,
		jose.ReadFileURL:       `use file("…") with its path to read the file`,
		jose.ReadPlace:         "read it with a data source or an ephemeral resource",
		jose.ReadVariable:      "write the name without quotes",
		jose.Trim:              "write trimspace(…) around it",
		jose.DecodeBase64:      "write base64decode(…) around it",
		jose.DecodeBase64Twice: "write base64decode(base64decode(…)) around it",
		jose.DecodeDataURL:     "give what is behind the comma alone, and write base64decode(…) around it",
		jose.TakePrivateKey:    `give its private key: jsondecode(file("…")).private_key`,
		jose.TakeMember:        "give that value alone: jsondecode(…).NAME",
		jose.TakeElement:       "give the key that signs alone: jsonencode(jsondecode(…)[0]) is the first",
		jose.UnescapeLF:        `write replace(…, "\\n", "\n") around it`,
		jose.UnescapeCRLF:      `write replace(…, "\\r\\n", "\n") around it`,
		jose.UnescapeCR:        `write replace(…, "/(\\\\[rn])+/", "\n") around it`,
		jose.UnescapeTwice:     `write replace(…, "/(\\\\+[rn])+/", "\n") around it`,
		jose.UnescapeSlashes:   `write replace(…, "\\/", "/") around it`,
		jose.FitAlgorithm:      "if its key is of another kind, correct signing_algorithm",
	}
	remedy := remedies[found.Remedy]
	if found.Remedy == jose.GiveText && found.Part == jose.PartCertificate {
		remedy = `give the text itself, with its line breaks, such as file("certificate.pem")`
	}
	if remedy == "" {
		return found.Problem
	}
	return found.Problem + "; " + remedy
}
