/** The operator's account on every host of a fleet; it exists nowhere else, so its password is no secret. */
export const ADMIN = {
  user: 'admin',
  password: 'fleet-password',
  /** `openssl passwd -6 -salt homelabfleet fleet-password` */
  passwordHash:
    '$6$homelabfleet$rMaQ33L5bsaj7t8.tPN2uFX0Zyvuhm0pMoDNvensrv77N6MjNpUYquPEQv8CMa41d6LGkDtIRQiWej1j7uqja.',
} as const;
