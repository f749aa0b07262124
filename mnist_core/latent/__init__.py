"""The latent space of the autoencoders: codes, planes, ways, new digits."""
