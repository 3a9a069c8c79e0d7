/**
 * Speeds of cars in miles an hour and the feet they took to stop, as measured in the 1920s
 * (M. Ezekiel, Methods of Correlation Analysis, 1930). 50 pairs.
 */
export const STOPPING_DISTANCES: readonly { readonly speed: number; readonly feet: number }[] = [
  { speed: 4, feet: [2, 10] },
  { speed: 7, feet: [4, 22] },
  { speed: 8, feet: [16] },
  { speed: 9, feet: [10] },
  { speed: 10, feet: [18, 26, 34] },
  { speed: 11, feet: [17, 28] },
  { speed: 12, feet: [14, 20, 24, 28] },
  { speed: 13, feet: [26, 34, 34, 46] },
  { speed: 14, feet: [26, 36, 60, 80] },
  { speed: 15, feet: [20, 26, 54] },
  { speed: 16, feet: [32, 40] },
  { speed: 17, feet: [32, 40, 50] },
  { speed: 18, feet: [42, 56, 76, 84] },
  { speed: 19, feet: [36, 46, 68] },
  { speed: 20, feet: [32, 48, 52, 56, 64] },
  { speed: 22, feet: [66] },
  { speed: 23, feet: [54] },
  { speed: 24, feet: [70, 92, 93, 120] },
  { speed: 25, feet: [85] },
].flatMap(({ speed, feet }) => feet.map((each) => ({ speed, feet: each })));
